#pragma once

#include "vrkn/model/state_space_model.h"

namespace vrkn::model {

/// Latent overshooting (Hafner et al. 2019, "Learning Latent Dynamics for Planning from Pixels", Section 4):
/// predictions several steps ahead are to meet what was inferred there. From the posterior belief of every step that
/// has `distance` steps after it the model imagines with the actions that were taken; returned are the KLs, in nats, of
/// what was inferred from 2 to `distance` steps later against what was imagined, [distance - 1, B, T - distance]. One
/// step ahead is the KL of the bound.
///
/// Gradient reaches the transition alone: neither the beliefs where imagination starts nor those it should meet.
/// `inference`: of sequences [B, T], T > distance >= 2; `actions` [B, T, A].
at::Tensor overshooting_kl(StateSpaceModel& dynamics, const Inference& inference, const at::Tensor& actions,
                           int64_t distance, Sampling sampling);

}  // namespace vrkn::model
