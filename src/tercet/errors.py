"""Every error Tercet raises on purpose.

    TercetError                 code, retriable, help; the guide's RAGError
    ├── UsageError              the request itself is wrong: exit code 2, HTTP 400
    │   ├── SettingsError       a setting is missing, malformed or contradicts another
    │   └── FilterError         a filter expression that does not parse; knows the position
    ├── LoadError               a source cannot be read
    │   ├── UnsupportedFormat   no loader knows the format
    │   ├── EncryptedFile       a password is needed
    │   ├── DamagedFile         truncated or malformed
    │   ├── NoText              readable, but without text
    │   └── Unreadable          the system does not let it be read, now
    ├── EmbeddingError          a text cannot be embedded
    │   └── ModelUnavailable    a model is neither cached nor downloadable
    ├── StoreError              the engine refused or failed
    │   ├── IndexMissing        nothing at that place yet
    │   ├── IndexLocked         another process holds the embedded index
    │   ├── SchemaMismatch      the index was made with other models or settings
    │   ├── NoSpace             the disk is (nearly) full
    │   └── StoreUnreachable    the server does not answer, or not with this key
    └── GenerationError         the answer could not be written; keeps what had been
        ├── ModelUnreachable    the endpoint cannot be reached
        ├── ModelTimeout        it took too long
        ├── ModelFailed         it failed, by its own account
        ├── RateLimited         too many requests or tokens, or no credit
        ├── KeyRefused          it does not take the key
        ├── ModelMissing        it has no such model
        ├── ContextTooLong      the question and its passages are more than the model takes
        ├── ModelRefused        the model or a filter will not answer this
        ├── MalformedAnswer     what came is no answer
        ├── AnswerCut           the answer broke off
        ├── AnswerTooLong       it would not end
        └── BreakerOpen         it failed so often that it is not asked for a while

A message says what happened and where; `help` says what to do about it.
"""

from __future__ import annotations


class TercetError(Exception):
    """Base of the tree. `code` is stable and machine readable; `retriable` says whether the
    same call may succeed later; `help` is one sentence that names the way out."""

    code = "TERCET_ERROR"
    retriable = False

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message} {self.help}".rstrip()


class UsageError(TercetError):
    code = "WRONG_USAGE"


class SettingsError(UsageError):
    code = "WRONG_SETTINGS"


class FilterError(UsageError):
    """A filter that does not parse; `position` is the 0-based offset of the trouble."""

    code = "WRONG_FILTER"

    def __init__(self, message: str, position: int, help: str = "") -> None:
        super().__init__(message, help)
        self.position = position


class LoadError(TercetError):
    code = "LOAD_FAILED"


class UnsupportedFormat(LoadError):
    code = "UNSUPPORTED_FORMAT"


class EncryptedFile(LoadError):
    code = "ENCRYPTED_FILE"


class DamagedFile(LoadError):
    code = "DAMAGED_FILE"


class NoText(LoadError):
    code = "NO_TEXT"


class Unreadable(LoadError):
    code = "UNREADABLE_SOURCE"
    retriable = True


class EmbeddingError(TercetError):
    code = "EMBEDDING_FAILED"


class ModelUnavailable(EmbeddingError):
    code = "MODEL_UNAVAILABLE"
    retriable = True


class StoreError(TercetError):
    code = "STORE_FAILED"


class IndexMissing(StoreError):
    code = "INDEX_MISSING"


class IndexLocked(StoreError):
    code = "INDEX_LOCKED"
    retriable = True


class SchemaMismatch(StoreError):
    code = "SCHEMA_MISMATCH"


class NoSpace(StoreError):
    code = "NO_SPACE"


class StoreUnreachable(StoreError):
    code = "STORE_UNREACHABLE"
    retriable = True


class GenerationError(TercetError):
    """The answer could not be written; an instance may be retriable where its kind is not.

    `partial` is the longest text that had arrived, `retry_after` the seconds after which the
    endpoint wants to be asked again, if it said so.
    """

    code = "GENERATION_FAILED"

    def __init__(
        self,
        message: str,
        help: str = "",
        *,
        retriable: bool | None = None,
        partial: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, help)
        self.retriable = type(self).retriable if retriable is None else retriable
        self.partial = partial
        self.retry_after = retry_after


class ModelUnreachable(GenerationError):
    code = "MODEL_UNREACHABLE"
    retriable = True


class ModelTimeout(GenerationError):
    code = "MODEL_TIMEOUT"
    retriable = True


class ModelFailed(GenerationError):
    code = "MODEL_FAILED"
    retriable = True


class RateLimited(GenerationError):
    code = "RATE_LIMITED"
    retriable = True


class KeyRefused(GenerationError):
    code = "KEY_REFUSED"


class ModelMissing(GenerationError):
    code = "MODEL_MISSING"


class ContextTooLong(GenerationError):
    code = "CONTEXT_TOO_LONG"


class ModelRefused(GenerationError):
    code = "MODEL_REFUSED"


class MalformedAnswer(GenerationError):
    code = "MALFORMED_ANSWER"
    retriable = True


class AnswerCut(GenerationError):
    code = "ANSWER_CUT"
    retriable = True


class AnswerTooLong(GenerationError):
    code = "ANSWER_TOO_LONG"


class BreakerOpen(GenerationError):
    code = "BREAKER_OPEN"
    retriable = True


# The name the guide gives its error; code, retriable and message are there too.
RAGError = TercetError
