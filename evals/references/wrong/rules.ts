// AML.T0070: LLM Jailbreak
export const rules = [
  { id: 'AML.T0071', name: 'RAG Poisoning', severity: 'High' },
  { severity: 'High', name: "GPU Hardware", id: "AML.T0010.000" },
  { id: "ASI03", title: "Agent Goal Hijack" },
  new Rule("LLM07:2026", "System Prompt Leakage"),
];
