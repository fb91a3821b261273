"""The errors that kerasapps raises on purpose; each message says what to do."""


class KerasAppsError(Exception):
    """Anything wrong that the user can mend; the command line prints it without a traceback."""


class ConfigError(KerasAppsError, ValueError):
    """An option has a value that cannot work."""


class DataError(KerasAppsError, ValueError):
    """The data given cannot be used as it is."""


class TrainingError(KerasAppsError, RuntimeError):
    """Training could not start, go on or finish."""


class ExportError(KerasAppsError, RuntimeError):
    """A model could not be converted to a file that runs."""


class BundleError(KerasAppsError, RuntimeError):
    """A bundle is missing, incomplete, tampered with or of another kind."""


class DependencyError(KerasAppsError, ImportError):
    """An optional package is needed and not installed."""


class DiskFullError(KerasAppsError, OSError):
    """A disk, a quota of it or a limit of file sizes is used up; the same call goes on later."""


class OutputError(KerasAppsError, OSError):
    """What is printed cannot be written: the disk is full, or who reads it has gone."""


class ReaderGoneError(OutputError):
    """Who reads what is printed, such as `head`, has read enough: that is no failure."""
