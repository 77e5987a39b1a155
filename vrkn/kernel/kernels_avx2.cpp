#include "vrkn/kernel/kernels.h"
#include "vrkn/kernel/philox_loops.h"
#include "vrkn/kernel/recurrent_loops.h"
#include "vrkn/kernel/smoother_loops.h"

namespace vrkn::kernel {

const Kernels kAvx2Kernels = {
    .words = words,
    .uniform = uniform,
    .normal = normal,
    .mask = mask,
    .in_float = {gru_step, gru_step_back, predict_step, predict_step_back, imagine_step, imagine_step_back, update_step,
                 update_step_back, smooth_sequence, smooth_sequence_back},
    .in_double = {gru_step, gru_step_back, predict_step, predict_step_back, imagine_step, imagine_step_back,
                  update_step, update_step_back, smooth_sequence, smooth_sequence_back}};

}  // namespace vrkn::kernel
