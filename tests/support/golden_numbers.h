#pragma once

#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "vrkn/core/file.h"

namespace vrkn {

/// Named lists of numbers from a golden text file, each a line: name, count, numbers; "nan" where there is none.
inline std::map<std::string, std::vector<double>> read_golden_numbers(const std::string& file) {
  std::map<std::string, std::vector<double>> result;
  std::istringstream lines(read_file(VRKN_GOLDEN_DIR "/" + file));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, word;
    size_t count = 0;
    words >> name >> count;
    std::vector<double>& numbers = result[name];
    while (words >> word) {
      numbers.push_back(word == "nan" ? std::numeric_limits<double>::quiet_NaN() : std::stod(word));
    }
    if (numbers.size() != count) throw std::runtime_error(file + ": " + name + " is not whole");
  }
  return result;
}

}  // namespace vrkn
