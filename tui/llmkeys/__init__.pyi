from llmkeys import errors as errors
from llmkeys.resolution.answer import Resolution as Resolution
from llmkeys.secret import Secret as Secret
from llmkeys.service.python import resolve as resolve

__version__: str
__all__ = ["Resolution", "Secret", "__version__", "errors", "resolve"]
