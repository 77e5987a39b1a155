// Part of recursion_kernels.h, whose rules hold here: matrices of both layouts, and what is not a product.
#pragma once

#include "vrkn/kalman/recursion_products.h"

namespace vrkn::kalman {
namespace {

// Matrices of a layout: packed ones have one pack per entry, shared ones rows of plain numbers padded to whole packs.
template <bool kPacked>
struct Layout {
  static constexpr int64_t kColumns = kPacked ? 1 : kLanes;  // columns in a pack

  static int64_t packs(int64_t cols) { return kPacked ? cols : padded(cols) / kLanes; }
  static int64_t size(int64_t rows, int64_t cols) { return rows * packs(cols) * kLanes; }
  static double* take(Workspace& workspace, int64_t rows, int64_t cols) { return workspace.take(size(rows, cols)); }
  // Numbers that one entry has: one per sequence, or one for all.
  static constexpr int64_t kEntry = kPacked ? kLanes : 1;
  static double* entry(double* M, int64_t cols, int64_t i, int64_t j) {
    return M + (kPacked ? (i * cols + j) * kLanes : i * padded(cols) + j);
  }
  static const double* entry(const double* M, int64_t cols, int64_t i, int64_t j) {
    return M + (kPacked ? (i * cols + j) * kLanes : i * padded(cols) + j);
  }

  static Left<kPacked> left(const double* M, int64_t cols) { return {M, kPacked ? cols : padded(cols), 1}; }
  static Left<kPacked> transposed(const double* M, int64_t cols) { return {M, 1, kPacked ? cols : padded(cols)}; }

  // M = a parameter [rows, cols], which is the same for all sequences.
  static void fill(double* M, const double* parameter, int64_t rows, int64_t cols) {
    for (int64_t i = 0; i < rows; ++i) {
      double* const row = entry(M, cols, i, 0);
      for (int64_t j = 0; j < cols; ++j) {
        for (int64_t lane = 0; lane < kEntry; ++lane) row[j * kEntry + lane] = parameter[i * cols + j];
      }
      if (!kPacked) {
        for (int64_t j = cols; j < padded(cols); ++j) row[j] = 0.0;
      }
    }
  }

  static void transpose(const double* M, int64_t rows, int64_t cols, double* result) {
    for (int64_t j = 0; j < cols; ++j) {
      for (int64_t i = 0; i < rows; ++i) {
        const double* const from = entry(M, cols, i, j);
        double* const to = entry(result, rows, j, i);
        for (int64_t lane = 0; lane < kEntry; ++lane) to[lane] = from[lane];
      }
      if (!kPacked) {
        for (int64_t i = rows; i < padded(rows); ++i) *entry(result, rows, j, i) = 0.0;
      }
    }
  }

  // Copies the upper triangle into the lower one.
  static void mirror(double* M, int64_t size) {
    for (int64_t i = 1; i < size; ++i) {
      for (int64_t j = 0; j < i; ++j) {
        const double* const from = entry(M, size, j, i);
        double* const to = entry(M, size, i, j);
        for (int64_t lane = 0; lane < kEntry; ++lane) to[lane] = from[lane];
      }
    }
  }

  // M = I - M.
  static void identity_minus(double* M, int64_t size) {
    const int64_t count = Layout::size(size, size);
    for (int64_t e = 0; e < count; ++e) M[e] = -M[e];
    for (int64_t i = 0; i < size; ++i) {
      double* const diagonal = entry(M, size, i, i);
      for (int64_t lane = 0; lane < kEntry; ++lane) diagonal[lane] += 1.0;
    }
  }

  // result = D M, for a parameter D [rows, rows].
  static void multiply_parameter(const double* D, bool is_diagonal, const double* M, int64_t rows, int64_t cols,
                                 double* result) {
    if (!is_diagonal) {
      multiply<Into::kSet>(rows, packs(cols), rows, Left<false>{D, rows, 1}, M, packs(cols), result, packs(cols));
      return;
    }
    const int64_t length = packs(cols) * kLanes;
    for (int64_t i = 0; i < rows; ++i) {
      const double factor = D[i * rows + i];
      for (int64_t e = 0; e < length; ++e) result[i * length + e] = factor * M[i * length + e];
    }
  }

  // One number of the layout, for a part of a pack.
  static Register number(const double* from, int64_t part) {
    if constexpr (kPacked) {
      return load(from + part);
    } else {
      return Register{} + *from;
    }
  }

  // row -= sum over k of left(0, k) times row k of `rows`, all `width` packs long.
  static void subtract_rows(const Left<kPacked>& left, int64_t count, const double* rows, double* row, int64_t width) {
    for (int64_t e = 0; e < width * kLanes; e += kWidth) {
      Register x = load(row + e);
      for (int64_t k = 0; k < count; ++k) {
        x -= number(left.at(0, k), e % kLanes) * load(rows + k * width * kLanes + e);
      }
      store(row + e, x);
    }
  }

  static void scale_row(double* row, int64_t width, const double* factor) {
    for (int64_t e = 0; e < width * kLanes; e += kWidth) store(row + e, load(row + e) * number(factor, e % kLanes));
  }

  // Upper triangular U with U^T U = S, in place; what is left of its diagonal means nothing. A pivot below the rounding
  // of its diagonal entry is a direction without variance: its row of U becomes 0, and so does `inverse_pivot`, which
  // makes the solves below a generalised inverse.
  static void cholesky(double* S, int64_t size, double* inverse_pivot) {
    const int64_t width = packs(size), down = transposed(S, size).col;
    const double rounding = static_cast<double>(size) * kEpsilon;
    for (int64_t begin = 0; begin < size; begin += kBlockRows) {
      const int64_t rows = size - begin < kBlockRows ? size - begin : kBlockRows;
      double smallest[kBlockRows * kLanes];
      for (int64_t i = 0; i < rows; ++i) {
        const double* const diagonal = entry(S, size, begin + i, begin + i);
        for (int64_t lane = 0; lane < kEntry; ++lane) smallest[i * kEntry + lane] = rounding * diagonal[lane];
      }
      const int64_t first = begin / kColumns;  // the first pack that holds columns of this block
      if (begin > 0) {
        const Left<kPacked> left{entry(S, size, 0, begin), 1, down};
        multiply<Into::kSubtract>(rows, width - first, begin, left, S + first * kLanes, width,
                                  S + (begin * width + first) * kLanes, width);
      }
      for (int64_t i = begin; i < begin + rows; ++i) {
        // Only what is right of the diagonal, but whole packs. The rows above are `width` packs apart, not shorter.
        for (int64_t k = begin; k < i; ++k) {
          const double* const factor = entry(S, size, k, i);
          for (int64_t e = i / kColumns * kLanes; e < width * kLanes; e += kWidth) {
            double* const target = S + i * width * kLanes + e;
            store(target, load(target) - number(factor, e % kLanes) * load(S + k * width * kLanes + e));
          }
        }
        const double* const pivot = entry(S, size, i, i);
        double square[kEntry], inverse[kEntry];  // as long as the condition stands alone, these are vector operations
        for (int64_t lane = 0; lane < kEntry; ++lane) {
          square[lane] = pivot[lane] > smallest[(i - begin) * kEntry + lane] ? pivot[lane] : __builtin_inf();
        }
        for (int64_t lane = 0; lane < kEntry; ++lane) inverse[lane] = 1.0 / __builtin_sqrt(square[lane]);
        for (int64_t lane = 0; lane < kEntry; ++lane) inverse_pivot[i * kEntry + lane] = inverse[lane];
        const int64_t here = i / kColumns;
        scale_row(S + (i * width + here) * kLanes, width - here, inverse);
      }
    }
  }

  // Whether S had all its pivots, in the first `lanes` lanes.
  static bool is_definite(const double* inverse_pivot, int64_t size, int64_t lanes) {
    for (int64_t i = 0; i < size; ++i) {
      for (int64_t lane = 0; lane < kEntry && lane < lanes; ++lane) {
        if (!(inverse_pivot[i * kEntry + lane] > 0.0)) return false;
      }
    }
    return true;
  }

  // X = U^-T X, X [size, width packs].
  static void solve_forward(const double* U, const double* inverse_pivot, int64_t size, double* X, int64_t width) {
    const int64_t down = transposed(U, size).col;
    for (int64_t begin = 0; begin < size; begin += kBlockRows) {
      const int64_t rows = size - begin < kBlockRows ? size - begin : kBlockRows;
      double* const block = X + begin * width * kLanes;
      if (begin > 0) {
        multiply<Into::kSubtract>(rows, width, begin, Left<kPacked>{entry(U, size, 0, begin), 1, down}, X, width, block,
                                  width);
      }
      for (int64_t i = begin; i < begin + rows; ++i) {
        double* const row = X + i * width * kLanes;
        subtract_rows({entry(U, size, begin, i), 1, down}, i - begin, block, row, width);
        scale_row(row, width, inverse_pivot + i * kEntry);
      }
    }
  }

  // X = U^-1 X.
  static void solve_backward(const double* U, const double* inverse_pivot, int64_t size, double* X, int64_t width) {
    const int64_t along = left(U, size).row;
    for (int64_t end = size; end > 0;) {
      const int64_t rows = end < kBlockRows ? end : kBlockRows, begin = end - rows;
      if (end < size) {
        multiply<Into::kSubtract>(rows, width, size - end, Left<kPacked>{entry(U, size, begin, end), along, 1},
                                  X + end * width * kLanes, width, X + begin * width * kLanes, width);
      }
      for (int64_t i = end - 1; i >= begin; --i) {
        double* const row = X + i * width * kLanes;
        subtract_rows({entry(U, size, i, i) + kEntry, along, 1}, end - i - 1, row + width * kLanes, row, width);
        scale_row(row, width, inverse_pivot + i * kEntry);
      }
      end = begin;
    }
  }
};

}  // namespace
}  // namespace vrkn::kalman
