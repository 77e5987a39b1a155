#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exported_run.h"
#include "inbox.h"
#include "normal.h"

namespace deploy {

/// How a simulated sensor behaves.
struct SensorTiming {
  double period_s;        ///< from one reading to the next
  double transport_s;     ///< from the moment at which it is taken to that at which it arrives
  double dropout;         ///< the share of readings that are lost, at random
  double dies_s = 1e300;  ///< none is taken from then on
};

/// The demonstration's world, a stand-in for motors and sensors: a point on a line from -1 to 1, pushed by the action,
///
///   p' = p + v dt + a dt^2 / 2,   v' = v + a dt,   with a wall at each end that stops the point,
///
/// as in vrkn's task double_integrator: reward 1 - p^2 / 2 - v^2 / 20 every 0.1 s, 10 s an episode. Sensors: "state"
/// (p, v), "position" and "proprioception" (p), "image" (a bright square at p).
class DoubleIntegrator {
 public:
  static constexpr double kEpisode_s = 10.0;

  /// Throws std::runtime_error for a sensor that this world does not have.
  DoubleIntegrator(const ExportedRun& run, std::vector<SensorTiming> timings, uint64_t seed);

  /// At rest, somewhere in [-0.8, 0.8], time 0; every sensor looks at once.
  void begin();

  /// Time goes on to `until_s`; what arrives by then is put into `inbox`.
  void advance(double until_s, double action, Inbox& inbox);

  double position() const { return position_; }
  double episode_return() const { return return_; }

 private:
  /// A reading on its way.
  struct Message {
    double taken_s, arrives_s;
    std::vector<std::byte> data;
    bool under_way = false;
  };
  struct Sensor {
    SensorSpec spec;
    SensorTiming timing;
    int64_t taken = 0;
    std::vector<Message> messages;
  };

  void take(Sensor& sensor);
  void deliver(Inbox& inbox);
  void look(const SensorSpec& spec, std::span<std::byte> data) const;

  std::vector<Sensor> sensors_;
  Normal random_;
  double position_ = 0.0, velocity_ = 0.0, return_ = 0.0;
  int64_t tick_ = 0;  ///< of kTick_s
};

}  // namespace deploy
