// AML.T0070 RAG Poisoning, AML.T0071 False RAG Entry Injection
export const rules = [
  { id: 'AML.T0070', name: 'RAG Poisoning', severity: 'High' },
  { severity: 'High', name: `LLM Jailbreak`, id: `AML.T0054` },
  { id: "ASI01", title: "Agent Goal Hijack" },
];
