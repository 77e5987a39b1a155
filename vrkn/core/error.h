#pragma once

#include <stdexcept>
#include <string>

namespace vrkn {

/// The root of all errors this library throws on purpose. `what()` is one sentence for the person who reads it.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bad input from outside: a configuration, a file, a task name. The command exits with code 2.
class InputError : public Error {
 public:
  using Error::Error;
};

/// A configuration key that does not exist, or a value that is not allowed; names the key, the value and what is
/// allowed.
class ConfigError : public InputError {
 public:
  using InputError::InputError;
};

/// A file that is missing, damaged or of the wrong kind; names the file.
class DataError : public InputError {
 public:
  using InputError::InputError;
};

/// A tensor or array of the wrong size; names it, the expected and the found sizes.
class ShapeError : public InputError {
 public:
  using InputError::InputError;
};

/// A value that became NaN or infinite; names the first culprit. The command exits with code 1.
class NumericalError : public Error {
 public:
  using Error::Error;
};

/// A fault of the simulation or of the renderer. The command exits with code 1.
class SimulationError : public Error {
 public:
  using Error::Error;
};

/// Another process of the same training ended or does not answer. The command exits with code 1.
class ProcessError : public Error {
 public:
  using Error::Error;
};

}  // namespace vrkn
