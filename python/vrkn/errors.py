"""What the package raises on purpose. The message is one sentence for the person who reads it."""


class Error(Exception):
    """The root of all of them."""


class InputError(Error, ValueError):
    """Bad input from outside: a configuration, a file, the name of a task."""


class ConfigError(InputError):
    """A key of the configuration that does not exist, or a value that is not allowed."""


class DataError(InputError):
    """A file that is missing, damaged or of the wrong kind."""


class ShapeError(InputError):
    """An array of the wrong size or type."""


class NumericalError(Error, ArithmeticError):
    """A value that became NaN or infinite, or a problem without a solution."""


class SimulationError(Error, RuntimeError):
    """A fault of the simulation or of the renderer."""
