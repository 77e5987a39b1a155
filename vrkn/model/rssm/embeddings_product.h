#pragma once

#include <vector>

#include "vrkn/model/state_space_model.h"

namespace vrkn::model {

/// Inputs that the embeddings of several sensors make for a layer: all embeddings and one flag per sensor.
int64_t embeddings_size(const std::vector<int64_t>& embedding_sizes);

/// What a linear layer without bias makes of the embeddings and validity flags of all sensors side by side, an
/// embedding being 0 where its reading is missing:
///
///   W (v_1 e_1, ..., v_S e_S, v_1, ..., v_S) = sum_s v_s (W_s e_s + w_s)
///
/// The right side concatenates nothing and takes every mask after the product, where there is less to multiply. weight:
/// [H, embeddings_size]. Returns [..., H].
at::Tensor embeddings_product(const SensorEmbeddings& embeddings, const at::Tensor& weight);

}  // namespace vrkn::model
