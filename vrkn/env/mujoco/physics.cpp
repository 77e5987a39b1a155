#include "vrkn/env/mujoco/physics.h"

#include <algorithm>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

void write(std::string_view name, std::span<const double> values, std::span<double> destination) {
  if (values.size() != destination.size()) {
    throw ShapeError(std::string(name) + " has " + std::to_string(values.size()) + " values, but the scene needs " +
                     std::to_string(destination.size()));
  }
  std::ranges::copy(values, destination.begin());
}

}  // namespace

Physics::Physics(SharedModel model) : shared_(std::move(model)), model_(*shared_), data_(make_data(model_)) {}

mjModel& Physics::editable_model() {
  if (!edited_) {
    mjModel* copy = mj_copyModel(nullptr, &model_);
    if (copy == nullptr) throw SimulationError("MuJoCo could not copy the scene: out of memory");
    edited_ = {copy, [](const mjModel* owned) { mj_deleteModel(const_cast<mjModel*>(owned)); }};
    model_ = *copy;
  }
  return model_;
}

void Physics::reset() {
  mj_resetData(&model_, data_.get());
}

void Physics::forward() {
  clear_warnings();
  const int flags = model_.opt.disableflags;
  model_.opt.disableflags |= mjDSBL_ACTUATION;
  mj_forward(&model_, data_.get());
  model_.opt.disableflags = flags;
  throw_if_warned();
}

void Physics::set_control(std::span<const double> control) {
  write("control", control, {data_->ctrl, static_cast<size_t>(model_.nu)});
}

void Physics::step(int64_t sub_steps) {
  clear_warnings();
  // Positions and velocities were evaluated at the end of the last call: the first step goes on from there.
  if (model_.opt.integrator == mjINT_RK4) {
    // mj_step without evaluating them again; mj_step2 would integrate by Euler.
    mj_forwardSkip(&model_, data_.get(), mjSTAGE_VEL, /*skipsensor=*/0);
    mj_checkAcc(&model_, data_.get());
    mj_RungeKutta(&model_, data_.get(), 4);
  } else {
    mj_step2(&model_, data_.get());
  }
  for (int64_t i = 1; i < sub_steps; ++i) mj_step(&model_, data_.get());
  mj_step1(&model_, data_.get());
  throw_if_warned();
}

PhysicsState Physics::state() const {
  return {.position = {data_->qpos, data_->qpos + model_.nq},
          .velocity = {data_->qvel, data_->qvel + model_.nv},
          .warm_start = {data_->qacc_warmstart, data_->qacc_warmstart + model_.nv}};
}

void Physics::restore(const PhysicsState& state) {
  reset();
  write("position", state.position, position());
  write("velocity", state.velocity, velocity());
  forward();
  // Last, because computing the accelerations overwrites it.
  if (!state.warm_start.empty()) {
    write("warm_start", state.warm_start, {data_->qacc_warmstart, static_cast<size_t>(model_.nv)});
  }
}

void Physics::clear_warnings() {
  for (mjWarningStat& warning : data_->warning) warning = {};
}

void Physics::throw_if_warned() const {
  for (int kind = 0; kind < mjNWARNING; ++kind) {
    const mjWarningStat& warning = data_->warning[kind];
    if (warning.number > 0) {
      throw SimulationError(std::string("the physics failed: ") + mju_warningText(kind, warning.lastinfo));
    }
  }
}

}  // namespace vrkn::env
