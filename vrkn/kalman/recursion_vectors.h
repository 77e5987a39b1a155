// Part of recursion_kernels.h, whose rules hold here: vectors of all sequences, to and from their packs.
#pragma once

#include "vrkn/kalman/recursion_products.h"

namespace vrkn::kalman {
namespace {

// Entries of a pack array [count] to one array per sequence, `stride` apart.
void scatter(const double* packs, int64_t count, int64_t lanes, double* to, int64_t stride) {
  const int64_t whole = count / kWidth * kWidth;
  for (int64_t part = 0; part < lanes; part += kWidth) {
    for (int64_t e = 0; e < whole; e += kWidth) {
      Register square[kWidth];
      for (int64_t i = 0; i < kWidth; ++i) square[i] = load(packs + (e + i) * kLanes + part);
      transpose_square(square);
      for (int64_t i = 0; i < kWidth && part + i < lanes; ++i) store(to + (part + i) * stride + e, square[i]);
    }
  }
  for (int64_t lane = 0; lane < lanes; ++lane) {
    for (int64_t e = whole; e < count; ++e) to[lane * stride + e] = packs[e * kLanes + lane];
  }
}

// The same for a vector that has several packs in a row, one per kLanes sequences: entry i of sequence n.
void scatter_vectors(const double* vectors, int64_t size, int64_t packs, int64_t count, double* to, int64_t stride) {
  for (int64_t n = 0; n < count; ++n) {
    for (int64_t i = 0; i < size; ++i) to[n * stride + i] = vectors[i * packs * kLanes + n];
  }
}

// Numbers of a matrix in padded rows to a matrix without padding.
void unpad(const double* from, int64_t rows, int64_t cols, double* to) {
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) to[i * cols + j] = from[i * padded(cols) + j];
  }
}

// m (=, or += when A was multiplied into it) the drift into step t, for sequences first ..., in `packs` packs.
void add_rows(const RowView& rows, int64_t t, int64_t size, int64_t first, int64_t count, int64_t packs, double* m) {
  if (rows.values == nullptr) return;
  for (int64_t n = 0; n < count; ++n) {
    const double* const row = rows.at(first + n, t);
    for (int64_t i = 0; i < size; ++i) m[i * packs * kLanes + n] += row[i];
  }
}

// The predicted mean of step t: the first of all, or from the filtered one of step t - 1.
void predict_means(const Problem& p, int64_t t, int64_t first, int64_t count, int64_t packs, const double* m,
                   double* predicted) {
  if (t == p.start) {
    for (int64_t n = 0; n < packs * kLanes; ++n) {
      const double* const m0 = p.m0.at(n < count ? first + n : first, 0);
      for (int64_t i = 0; i < p.Z; ++i) predicted[i * packs * kLanes + n] = m0[i];
    }
    return;
  }
  multiply<Into::kSet>(p.Z, packs, p.Z, Left<false>{p.A.at(t), p.Z, 1}, m, packs, predicted, packs);
  add_rows(p.drift, t, p.Z, first, count, packs, predicted);
}

// Innovations v = o - C m - shift, 0 where not observed; `observed` receives 1 or 0.
void innovations(const Problem& p, int64_t t, int64_t first, int64_t count, int64_t packs, const double* predicted,
                 double* v, double* observed) {
  const int64_t width = packs * kLanes;
  for (int64_t e = 0; e < p.O * width; ++e) v[e] = 0.0;
  add_rows(p.shift, t, p.O, first, count, packs, v);
  multiply<Into::kAdd>(p.O, packs, p.Z, Left<false>{p.C.at(t), p.Z, 1}, predicted, packs, v, packs);
  const double* const o = p.observations + (first * p.T + t) * p.O;
  for (int64_t n = 0; n < count; ++n) {
    for (int64_t i = 0; i < p.O; ++i) observed[i * width + n] = o[n * p.T * p.O + i];
  }
  for (int64_t n = count; n < width; ++n) {
    for (int64_t i = 0; i < p.O; ++i) observed[i * width + n] = __builtin_nan("");
  }
  for (int64_t e = 0; e < p.O * width; e += kWidth) {
    const Register value = load(observed + e), none = {};
    store(v + e, value == value ? value - load(v + e) : none);
    store(observed + e, value == value ? none + 1.0 : none);
  }
}

// Innovations to their place, NaN where not observed.
void scatter_innovations(const Problem& p, int64_t t, int64_t first, int64_t count, int64_t packs, const double* v,
                         const double* observed, double* to) {
  for (int64_t n = 0; n < count; ++n) {
    for (int64_t i = 0; i < p.O; ++i) {
      const int64_t e = i * packs * kLanes + n;
      to[((first + n) * p.T + t) * p.O + i] = observed[e] != 0.0 ? v[e] : __builtin_nan("");
    }
  }
}

}  // namespace
}  // namespace vrkn::kalman
