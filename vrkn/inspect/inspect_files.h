#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "vrkn/inspect/inspection.h"

namespace vrkn::inspect {

// One function for each kind of file and folder; what it cannot read is a fault, not an exception. `name` is what the
// inspection is called.

Inspection inspect_run(const std::filesystem::path& path, const std::string& name);
Inspection inspect_results(const std::filesystem::path& path, const std::string& name);
Inspection inspect_checkpoint(const std::filesystem::path& path, const std::string& name);
/// An episode, or the numbers of imagined and predicted episodes: .npz.
Inspection inspect_arrays(const std::filesystem::path& path, const std::string& name);
Inspection inspect_metrics(const std::filesystem::path& path, const std::string& name);
Inspection inspect_events(const std::filesystem::path& path, const std::string& name);
Inspection inspect_config(const std::filesystem::path& path, const std::string& name);
Inspection inspect_video(const std::filesystem::path& path, const std::string& name);
/// environment.json, data.json, held-out.json, calibration.json, recalibration.json, summary.json.
Inspection inspect_json(const std::filesystem::path& path, const std::string& name);

/// Adds the commit that a run directory was begun with, if it says so.
void add_commit(const std::filesystem::path& run, Inspection& inspection);

/// Whether inspect_json knows a file of this name.
bool is_known_json(const std::string& name);

/// An inspection with the file's size, which is a fault where the file cannot be read. `look` adds the rest; what it
/// throws of InputError is a fault.
Inspection inspect_file(const std::filesystem::path& path, const std::string& name, const std::string& what,
                        const std::function<void(Inspection&)>& look);

}  // namespace vrkn::inspect
