"""The interview as a LangGraph workflow.

LangGraph and LangSmith read these when they are first imported, so they are set before any module
of this package can be: checkpoints may hold only types that were named, and nothing is ever traced
to a server, whatever the environment says for other programs.
"""

import os

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGCHAIN_TRACING_V2"] = "false"
