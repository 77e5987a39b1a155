// Part of recursion_kernels.h, whose rules hold here: matrix products.
#pragma once

#include "vrkn/kalman/recursion_registers.h"

namespace vrkn::kalman {
namespace {

// The left factor of a product. Packed: entry (i, k) is a pack. Otherwise it is one number for all packs of the right
// factor. The strides make a transposed factor free.
template <bool kPacked>
struct Left {
  const double* values;
  int64_t row, col;
  const double* at(int64_t i, int64_t k) const { return values + (i * row + k * col) * (kPacked ? kLanes : 1); }
};

enum class Into { kSet, kAdd, kSubtract };

// One block of C (=, +=, -=) L R that stays in registers; C and R in packs, `row` packs apart.
template <bool kPacked, Into kInto, int kRows, int kPacks>
void multiply_block(int64_t K, const Left<kPacked>& L, const double* R, int64_t R_row, double* C, int64_t C_row) {
  for (int64_t part = 0; part < kLanes; part += kWidth) {
    Register sum[kRows][kPacks];
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < kPacks; ++j) {
        if (kInto == Into::kSet) {
          sum[i][j] = Register{};
        } else {
          sum[i][j] = load(C + (i * C_row + j) * kLanes + part);
        }
      }
    }
    const double* right = R + part;
    const double* left = L.values + (kPacked ? part : 0);
    const int64_t left_row = L.row * (kPacked ? kLanes : 1), left_col = L.col * (kPacked ? kLanes : 1);
    for (int64_t k = 0; k < K; ++k, right += R_row * kLanes, left += left_col) {
      Register r[kPacks];
      for (int j = 0; j < kPacks; ++j) r[j] = load(right + j * kLanes);
      for (int i = 0; i < kRows; ++i) {
        Register l;
        if constexpr (kPacked) {
          l = load(left + i * left_row);
        } else {
          l = Register{} + left[i * left_row];
        }
        for (int j = 0; j < kPacks; ++j) {
          if (kInto == Into::kSubtract) {
            sum[i][j] -= l * r[j];
          } else {
            sum[i][j] += l * r[j];
          }
        }
      }
    }
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < kPacks; ++j) store(C + (i * C_row + j) * kLanes + part, sum[i][j]);
    }
  }
}

template <bool kPacked, Into kInto, int kRows>
void multiply_rows(int64_t packs, int64_t K, const Left<kPacked>& L, const double* R, int64_t R_row, double* C,
                   int64_t C_row) {
  switch (packs) {
    case 1:
      return multiply_block<kPacked, kInto, kRows, 1>(K, L, R, R_row, C, C_row);
    case 2:
      return multiply_block<kPacked, kInto, kRows, 2>(K, L, R, R_row, C, C_row);
    case 3:
      return multiply_block<kPacked, kInto, kRows, 3>(K, L, R, R_row, C, C_row);
    default:
      return multiply_block<kPacked, kInto, kRows, 4>(K, L, R, R_row, C, C_row);
  }
}

// C (=, +=, -=) L R, C [rows, packs] in packs. Of a symmetric result only the blocks that reach the upper triangle are
// computed: `columns_per_pack` is 1 or kLanes there, else 0.
template <Into kInto, bool kPacked>
void multiply(int64_t rows, int64_t packs, int64_t K, const Left<kPacked>& L, const double* R, int64_t R_row, double* C,
              int64_t C_row, int64_t columns_per_pack = 0) {
  static_assert(kBlockPacks <= 4 && kBlockRows <= 4);
  for (int64_t j = 0; j < packs; j += kBlockPacks) {
    const int64_t block_packs = packs - j < kBlockPacks ? packs - j : kBlockPacks;
    const int64_t end = columns_per_pack == 0 ? rows : (j + block_packs) * columns_per_pack;
    for (int64_t i = 0; i < rows && i < end; i += kBlockRows) {
      const Left<kPacked> left{L.at(i, 0), L.row, L.col};
      double* const block = C + (i * C_row + j) * kLanes;
      const double* const right = R + j * kLanes;
      switch (rows - i < kBlockRows ? rows - i : kBlockRows) {
        case 1:
          multiply_rows<kPacked, kInto, 1>(block_packs, K, left, right, R_row, block, C_row);
          break;
        case 2:
          multiply_rows<kPacked, kInto, 2>(block_packs, K, left, right, R_row, block, C_row);
          break;
        case 3:
          multiply_rows<kPacked, kInto, 3>(block_packs, K, left, right, R_row, block, C_row);
          break;
        default:
          multiply_rows<kPacked, kInto, 4>(block_packs, K, left, right, R_row, block, C_row);
          break;
      }
    }
  }
}

}  // namespace
}  // namespace vrkn::kalman
