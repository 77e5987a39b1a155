#include "vrkn/env/wrapper/occluder.h"

#include <cmath>
#include <numbers>

namespace vrkn::env {
namespace {

// The place in [-radius, 1 + radius) that is a whole number of rounds away.
double come_round(double place, double radius) {
  const double round = 1.0 + 2.0 * radius;
  return place - round * std::floor((place + radius) / round);
}

std::array<uint8_t, 3> dull_colour(ScalarGenerator& random) {
  const int64_t grey = random.integer(70, 150);
  std::array<uint8_t, 3> colour;
  for (uint8_t& component : colour) component = static_cast<uint8_t>(grey + random.integer(-20, 20));
  return colour;
}

Occluder draw(const DiscOcclusion& config, ScalarGenerator& random) {
  Occluder disc{.shape = Occluder::Shape::kDisc, .radius = random.uniform(config.radius_min, config.radius_max)};
  disc.x = random.uniform(-disc.radius, 1.0 + disc.radius);
  disc.y = random.uniform(-disc.radius, 1.0 + disc.radius);
  const double speed = random.uniform(config.speed_min, config.speed_max);
  const double direction = random.uniform(0.0, 2.0 * std::numbers::pi);
  disc.speed_x = speed * std::cos(direction);
  disc.speed_y = speed * std::sin(direction);
  disc.colour = dull_colour(random);
  return disc;
}

Occluder draw(const WallOcclusion& config, ScalarGenerator& random) {
  Occluder wall{.shape = Occluder::Shape::kWall, .radius = random.uniform(config.width_min, config.width_max) / 2.0};
  wall.x = random.uniform(-wall.radius, 1.0 + wall.radius);
  wall.y = 0.5;
  const double speed = random.uniform(config.speed_min, config.speed_max);
  wall.speed_x = random.uniform() < 0.5 ? -speed : speed;
  wall.colour = dull_colour(random);
  return wall;
}

struct Draw {
  ScalarGenerator& random;

  std::vector<Occluder> operator()(const NoOcclusion&) const { return {}; }

  template <class Config>
  std::vector<Occluder> operator()(const Config& config) const {
    std::vector<Occluder> occluders;
    for (int64_t i = 0; i < config.number; ++i) occluders.push_back(draw(config, random));
    return occluders;
  }
};

}  // namespace

Occluder Occluder::after(int64_t steps) const {
  Occluder moved = *this;
  moved.x = come_round(x + static_cast<double>(steps) * speed_x, radius);
  moved.y = come_round(y + static_cast<double>(steps) * speed_y, radius);
  return moved;
}

bool Occluder::covers(double at_x, double at_y) const {
  if (shape == Shape::kWall) return std::abs(at_x - x) < radius;
  return (at_x - x) * (at_x - x) + (at_y - y) * (at_y - y) < radius * radius;
}

std::vector<Occluder> draw_occluders(const OcclusionConfig& config, ScalarGenerator random) {
  return std::visit(Draw{random}, config);
}

}  // namespace vrkn::env
