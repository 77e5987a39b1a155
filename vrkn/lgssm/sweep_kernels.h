// The sweeps of sweep.h, written once and compiled by each sweep_*.cpp for its family of processors. Before it includes
// this file, such a file defines, in an unnamed namespace:
//
//   kWidth        doubles in a register
//   kBlockRows    block of a product that stays in registers: rows ...
//   kBlockPacks   ... and packs
//
// Everything here has internal linkage and uses nothing from the standard library, so that no code for a newer
// processor can reach a program's other parts through the linker.
#pragma once

#include "vrkn/lgssm/sweep.h"

namespace vrkn::lgssm {
namespace {

typedef double Register __attribute__((vector_size(kWidth * sizeof(double)), aligned(8), may_alias));

constexpr double kEpsilon = 0x1.0p-52;
constexpr double kLog2Pi = 1.8378770664093454836;

inline const Register& load(const double* from) {
  return *reinterpret_cast<const Register*>(from);
}
inline void store(double* to, const Register& value) {
  *reinterpret_cast<Register*>(to) = value;
}

// Hands out pieces of the workspace, each beginning at a cache line.
struct Workspace {
  double* next;
  double* take(int64_t count) {
    double* const piece = next;
    next += padded(count);
    return piece;
  }
};

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

// The covariance steps that both layouts share, and what they need to work in.
template <bool kPacked>
struct Covariances {
  using L = Layout<kPacked>;
  int64_t Z, O, z, o;                        // sizes, and packs of a row
  double *P, *predicted, *AP, *PA;           // beliefs; A P and its transpose
  double *CP, *PC, *S, *S_pivot, *Kt, *RKt;  // S, then its factor U; K^T
  double *Mt, *MP, *J_pivot, *Jt, *V, *QJ, *smoothed;

  Covariances(int64_t state_size, int64_t observation_size, Workspace& w)
      : Z(state_size), O(observation_size), z(L::packs(Z)), o(L::packs(O)) {
    double** const squares[] = {&P, &predicted, &AP, &PA, &Mt, &MP, &Jt, &V, &QJ, &smoothed};
    for (double** square : squares) *square = L::take(w, Z, Z);
    double** const wide[] = {&CP, &Kt, &RKt};
    for (double** matrix : wide) *matrix = L::take(w, O, Z);
    PC = L::take(w, Z, O);
    S = L::take(w, O, O);
    S_pivot = w.take(O * L::kEntry);
    J_pivot = w.take(Z * L::kEntry);
  }

  // predicted = A P A^T + Q; leaves A P.
  void predict(const double* A, const double* Q) {
    multiply<Into::kSet>(Z, z, Z, Left<false>{A, Z, 1}, P, z, AP, z);
    L::transpose(AP, Z, Z, PA);
    L::fill(predicted, Q, Z, Z);
    multiply<Into::kAdd>(Z, z, Z, Left<false>{A, Z, 1}, PA, z, predicted, z, L::kColumns);
    L::mirror(predicted, Z);
  }

  // P from predicted, in Joseph's form: with M = I - K C, P = M predicted M^T + K R K^T. `observed` has 1 or 0 for
  // every component (and lane): what was not observed has a gain of 0 and a row of the identity in S. Returns whether S
  // was positive definite.
  bool update(const double* C, const double* R, bool R_is_diagonal, const double* observed, bool all_observed,
              int64_t lanes) {
    constexpr int64_t kEntry = L::kEntry;
    multiply<Into::kSet>(O, z, Z, Left<false>{C, Z, 1}, predicted, z, CP, z);
    if (!all_observed) {
      for (int64_t i = 0; i < O; ++i) L::scale_row(CP + i * z * kLanes, z, observed + i * kEntry);
    }
    L::transpose(CP, O, Z, PC);
    L::fill(S, R, O, O);
    multiply<Into::kAdd>(O, o, Z, Left<false>{C, Z, 1}, PC, o, S, o, L::kColumns);
    if (!all_observed) {
      for (int64_t i = 0; i < O; ++i) {
        for (int64_t j = i; j < O; ++j) {
          double* const value = L::entry(S, O, i, j);
          for (int64_t lane = 0; lane < kEntry; ++lane) {
            const double both = observed[i * kEntry + lane] * observed[j * kEntry + lane];
            value[lane] = both * value[lane] + (i == j ? 1.0 - both : 0.0);
          }
        }
      }
    }
    L::cholesky(S, O, S_pivot);
    const int64_t size = L::size(O, Z);
    for (int64_t e = 0; e < size; ++e) Kt[e] = CP[e];
    L::solve_forward(S, S_pivot, O, Kt, z);
    L::solve_backward(S, S_pivot, O, Kt, z);

    multiply<Into::kSet>(Z, z, O, Left<false>{C, 1, Z}, Kt, z, Mt, z);
    L::identity_minus(Mt, Z);
    multiply<Into::kSet>(Z, z, Z, L::transposed(Mt, Z), predicted, z, MP, z);
    multiply<Into::kSet>(Z, z, Z, L::left(MP, Z), Mt, z, P, z, L::kColumns);
    L::multiply_parameter(R, R_is_diagonal, Kt, O, Z, RKt);
    multiply<Into::kAdd>(Z, z, O, L::transposed(Kt, Z), RKt, z, P, z, L::kColumns);
    L::mirror(P, Z);
    return L::is_definite(S_pivot, O, lanes);
  }

  // From the filtered P of step t and the parameters into step t + 1: the backward model
  // z_t | z_{t+1} ~ N(m_t + J (z_{t+1} - predicted mean), V). It is the update of P by an observation A z + N(0, Q):
  // with M = I - J A, V = M P M^T + J Q J^T.
  void reverse(const double* A, const double* Q, bool Q_is_diagonal) {
    predict(A, Q);
    L::cholesky(predicted, Z, J_pivot);
    const int64_t size = L::size(Z, Z);
    for (int64_t e = 0; e < size; ++e) Jt[e] = AP[e];
    L::solve_forward(predicted, J_pivot, Z, Jt, z);
    L::solve_backward(predicted, J_pivot, Z, Jt, z);
    multiply<Into::kSet>(Z, z, Z, Left<false>{A, 1, Z}, Jt, z, Mt, z);
    L::identity_minus(Mt, Z);
    multiply<Into::kSet>(Z, z, Z, L::transposed(Mt, Z), P, z, MP, z);
    multiply<Into::kSet>(Z, z, Z, L::left(MP, Z), Mt, z, V, z, L::kColumns);
    L::multiply_parameter(Q, Q_is_diagonal, Jt, Z, Z, QJ);
    multiply<Into::kAdd>(Z, z, Z, L::transposed(Jt, Z), QJ, z, V, z, L::kColumns);
    L::mirror(V, Z);
  }

  // smoothed_t = V + J smoothed_{t+1} J^T; leaves smoothed_{t+1} J^T, the covariance of z_{t+1} with z_t, in MP.
  void smooth() {
    multiply<Into::kSet>(Z, z, Z, L::left(smoothed, Z), Jt, z, MP, z);
    const int64_t size = L::size(Z, Z);
    for (int64_t e = 0; e < size; ++e) smoothed[e] = V[e];
    multiply<Into::kAdd>(Z, z, Z, L::transposed(Jt, Z), MP, z, smoothed, z, L::kColumns);
    L::mirror(smoothed, Z);
  }
};

// Transposes a square of registers: entry j of register i becomes entry i of register j.
inline void transpose_square(Register (&r)[kWidth]) {
  typedef int64_t Indices __attribute__((vector_size(kWidth * sizeof(int64_t))));
  // Swaps the off-diagonal quarters, eighths, ...: where bit `half` of row and column differ.
  for (int64_t half = 1; half < kWidth; half *= 2) {
    Indices upper, lower;
    for (int64_t j = 0; j < kWidth; ++j) {
      upper[j] = (j & half) == 0 ? j : kWidth + j - half;
      lower[j] = (j & half) == 0 ? j + half : kWidth + j;
    }
    for (int64_t i = 0; i < kWidth; ++i) {
      if ((i & half) != 0) continue;
      const Register a = r[i], b = r[i + half];
      r[i] = __builtin_shuffle(a, b, upper);
      r[i + half] = __builtin_shuffle(a, b, lower);
    }
  }
}

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

// The natural logarithm of positive normal numbers. With x = m 2^e, m about 1, and z = (m - 1) / (m + 1):
// log x = e log 2 + 2 (z + z^3 / 3 + z^5 / 5 + ...), where |z| <= 0.172 makes eleven terms enough.
inline Register log_of(const Register& x) {
  typedef int64_t Bits __attribute__((vector_size(kWidth * sizeof(int64_t)), aligned(8), may_alias));
  const Bits bits = reinterpret_cast<const Bits&>(x);
  Bits exponent = (bits >> 52) - 1023;
  const Bits mantissa = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
  Register m = reinterpret_cast<const Register&>(mantissa);
  const auto large = m > 1.4142135623730951;
  m = large ? m * 0.5 : m;
  exponent -= large;  // true is -1
  const Register z = (m - 1.0) / (m + 1.0), square = z * z;
  Register series = Register{} + 1.0 / 21.0;
  for (int k = 19; k > 0; k -= 2) series = series * square + 1.0 / k;
  return __builtin_convertvector(exponent, Register) * 0.69314718055994531 + 2.0 * z * series;
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

// The predicted mean of step t from the filtered one of step t - 1.
void predict_means(const Problem& p, int64_t t, int64_t first, int64_t count, int64_t packs, const double* m,
                   double* predicted) {
  if (t == 0) {
    for (int64_t i = 0; i < p.Z; ++i) {
      for (int64_t e = 0; e < packs * kLanes; ++e) predicted[i * packs * kLanes + e] = p.m0[i];
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

int64_t filter_packed(const Problem& p, int64_t first, int64_t count, const FilterTargets& to, double* history,
                      double* workspace) {
  const int64_t T = p.T, Z = p.Z, O = p.O;
  using L = Layout<true>;
  Workspace w{workspace};
  Covariances<true> c(Z, O, w);
  double* const m = w.take(Z * kLanes);
  double* const predicted = w.take(Z * kLanes);
  double* const v = w.take(O * kLanes);
  double* const observed = w.take(O * kLanes);
  int64_t failed = -1;
  for (int64_t t = 0; t < T; ++t) {
    predict_means(p, t, first, count, 1, m, predicted);
    if (t == 0) {
      L::fill(c.predicted, p.P0, Z, Z);
    } else {
      c.predict(p.A.at(t), p.Q.at(t));
    }
    if (to.predicted_mean != nullptr) {
      scatter(predicted, Z, count, to.predicted_mean + (first * T + t) * Z, T * Z);
    }
    if (to.predicted_covariance != nullptr) {
      scatter(c.predicted, Z * Z, count, to.predicted_covariance + (first * T + t) * Z * Z, T * Z * Z);
    }

    innovations(p, t, first, count, 1, predicted, v, observed);
    int64_t seen = 0;
    for (int64_t i = 0; i < O; ++i) {
      for (int64_t lane = 0; lane < count; ++lane) seen += observed[i * kLanes + lane] != 0.0;
    }
    const bool is_definite = c.update(p.C.at(t), p.R.at(t), p.R_is_diagonal, observed, seen == O * count, count);
    if (!is_definite && failed < 0) failed = t;
    for (int64_t e = 0; e < Z * kLanes; ++e) m[e] = predicted[e];
    multiply<Into::kAdd>(Z, 1, O, L::transposed(c.Kt, Z), v, 1, m, 1);

    if (to.innovation != nullptr) scatter_innovations(p, t, first, count, 1, v, observed, to.innovation);
    if (to.log_density != nullptr) {
      L::solve_forward(c.S, c.S_pivot, O, v, 1);
      alignas(64) double log_density[kLanes];
      for (int64_t part = 0; part < kLanes; part += kWidth) {
        Register sum = {};
        for (int64_t e = part; e < O * kLanes; e += kLanes) {
          const Register white = load(v + e);
          sum += log_of(load(c.S_pivot + e)) - 0.5 * (white * white + load(observed + e) * kLog2Pi);
        }
        store(log_density + part, sum);
      }
      for (int64_t lane = 0; lane < count; ++lane) to.log_density[(first + lane) * T + t] = log_density[lane];
    }
    if (to.mean != nullptr) scatter(m, Z, count, to.mean + (first * T + t) * Z, T * Z);
    if (to.covariance != nullptr) {
      scatter(c.P, Z * Z, count, to.covariance + (first * T + t) * Z * Z, T * Z * Z);
    }
    if (history != nullptr) {
      double* const here = history + t * (Z + Z * Z) * kLanes;
      for (int64_t e = 0; e < Z * kLanes; ++e) here[e] = m[e];
      for (int64_t e = 0; e < Z * Z * kLanes; ++e) here[Z * kLanes + e] = c.P[e];
    }
  }
  return failed;
}

void smooth_packed(const Problem& p, int64_t first, int64_t count, const SmootherTargets& to, const double* history,
                   double* workspace) {
  const int64_t T = p.T, Z = p.Z;
  using L = Layout<true>;
  Workspace w{workspace};
  Covariances<true> c(Z, p.O, w);
  double* const predicted = w.take(Z * kLanes);
  double* const m = w.take(Z * kLanes);  // smoothed
  double* const transposed = w.take(Z * Z * kLanes);
  for (int64_t t = T - 1; t >= 0; --t) {
    const double* const filtered = history + t * (Z + Z * Z) * kLanes;
    if (t == T - 1) {
      for (int64_t e = 0; e < Z * kLanes; ++e) m[e] = filtered[e];
      for (int64_t e = 0; e < Z * Z * kLanes; ++e) c.smoothed[e] = filtered[Z * kLanes + e];
    } else {
      for (int64_t e = 0; e < Z * Z * kLanes; ++e) c.P[e] = filtered[Z * kLanes + e];
      c.reverse(p.A.at(t + 1), p.Q.at(t + 1), p.Q_is_diagonal);
      predict_means(p, t + 1, first, count, 1, filtered, predicted);
      for (int64_t e = 0; e < Z * kLanes; ++e) predicted[e] = m[e] - predicted[e];
      for (int64_t e = 0; e < Z * kLanes; ++e) m[e] = filtered[e];
      multiply<Into::kAdd>(Z, 1, Z, L::transposed(c.Jt, Z), predicted, 1, m, 1);
      c.smooth();
      if (to.gain != nullptr) {
        L::transpose(c.Jt, Z, Z, transposed);
        scatter(transposed, Z * Z, count, to.gain + (first * (T - 1) + t) * Z * Z, (T - 1) * Z * Z);
      }
      if (to.cross_covariance != nullptr) {
        scatter(c.MP, Z * Z, count, to.cross_covariance + (first * (T - 1) + t) * Z * Z, (T - 1) * Z * Z);
      }
      if (to.backward_covariance != nullptr) {
        scatter(c.V, Z * Z, count, to.backward_covariance + (first * (T - 1) + t) * Z * Z, (T - 1) * Z * Z);
      }
    }
    if (to.mean != nullptr) scatter(m, Z, count, to.mean + (first * T + t) * Z, T * Z);
    if (to.covariance != nullptr) {
      scatter(c.smoothed, Z * Z, count, to.covariance + (first * T + t) * Z * Z, T * Z * Z);
    }
  }
}

int64_t filter_shared(const Problem& p, const FilterTargets& to, const SharedGains& gains, double* workspace) {
  const int64_t T = p.T, Z = p.Z, O = p.O;
  using L = Layout<false>;
  Workspace w{workspace};
  Covariances<false> c(Z, O, w);
  const int64_t state = L::size(Z, Z), gain = L::size(O, Z), factor = L::size(O, O);
  int64_t failed = -1;
  for (int64_t t = 0; t < T; ++t) {
    if (t == 0) {
      L::fill(c.predicted, p.P0, Z, Z);
    } else {
      c.predict(p.A.at(t), p.Q.at(t));
    }
    if (to.predicted_covariance != nullptr) unpad(c.predicted, Z, Z, to.predicted_covariance + t * Z * Z);
    double* const observed = gains.observed + t * O;
    int64_t seen = 0;
    for (int64_t i = 0; i < O; ++i) {
      const double o = p.observations[t * O + i];
      observed[i] = o == o ? 1.0 : 0.0;
      seen += o == o;
    }
    const bool is_definite = c.update(p.C.at(t), p.R.at(t), p.R_is_diagonal, observed, seen == O, 1);
    if (!is_definite && failed < 0) failed = t;
    double log_pivots = 0.0;
    for (int64_t i = 0; i < O; ++i) {
      log_pivots += __builtin_log(c.S_pivot[i]);
      gains.inverse_pivot[t * O + i] = c.S_pivot[i];
    }
    gains.constant[t] = log_pivots - 0.5 * static_cast<double>(seen) * kLog2Pi;
    for (int64_t e = 0; e < gain; ++e) gains.gain[t * gain + e] = c.Kt[e];
    for (int64_t e = 0; e < factor; ++e) gains.factor[t * factor + e] = c.S[e];
    if (to.covariance != nullptr) unpad(c.P, Z, Z, to.covariance + t * Z * Z);
    if (gains.covariance != nullptr) {
      for (int64_t e = 0; e < state; ++e) gains.covariance[t * state + e] = c.P[e];
    }
  }
  return failed;
}

void smooth_shared(const Problem& p, const SmootherTargets& to, const SharedGains& gains, double* workspace) {
  const int64_t T = p.T, Z = p.Z;
  using L = Layout<false>;
  Workspace w{workspace};
  Covariances<false> c(Z, p.O, w);
  double* const transposed = L::take(w, Z, Z);
  const int64_t state = L::size(Z, Z);
  for (int64_t t = T - 1; t >= 0; --t) {
    double* const P = t == T - 1 ? c.smoothed : c.P;
    for (int64_t e = 0; e < state; ++e) P[e] = gains.covariance[t * state + e];
    if (t < T - 1) {
      c.reverse(p.A.at(t + 1), p.Q.at(t + 1), p.Q_is_diagonal);
      c.smooth();
      for (int64_t e = 0; e < state; ++e) gains.backward[t * state + e] = c.Jt[e];
      if (to.gain != nullptr) {
        L::transpose(c.Jt, Z, Z, transposed);
        unpad(transposed, Z, Z, to.gain + t * Z * Z);
      }
      if (to.cross_covariance != nullptr) unpad(c.MP, Z, Z, to.cross_covariance + t * Z * Z);
      if (to.backward_covariance != nullptr) unpad(c.V, Z, Z, to.backward_covariance + t * Z * Z);
    }
    if (to.covariance != nullptr) unpad(c.smoothed, Z, Z, to.covariance + t * Z * Z);
  }
}

void filter_means(const Problem& p, const SharedGains& gains, int64_t first, int64_t count, const FilterTargets& to,
                  double* history, double* workspace) {
  const int64_t T = p.T, Z = p.Z, O = p.O, packs = padded(count) / kLanes, width = packs * kLanes;
  using L = Layout<false>;
  Workspace w{workspace};
  double* const m = w.take(Z * width);
  double* const predicted = w.take(Z * width);
  double* const v = w.take(O * width);
  double* const observed = w.take(O * width);
  const int64_t gain = L::size(O, Z), factor = L::size(O, O);
  for (int64_t t = 0; t < T; ++t) {
    predict_means(p, t, first, count, packs, m, predicted);
    if (to.predicted_mean != nullptr) {
      scatter_vectors(predicted, Z, packs, count, to.predicted_mean + (first * T + t) * Z, T * Z);
    }
    innovations(p, t, first, count, packs, predicted, v, observed);
    for (int64_t e = 0; e < Z * width; ++e) m[e] = predicted[e];
    multiply<Into::kAdd>(Z, packs, O, L::transposed(gains.gain + t * gain, Z), v, packs, m, packs);
    if (to.innovation != nullptr) scatter_innovations(p, t, first, count, packs, v, observed, to.innovation);
    if (to.log_density != nullptr) {
      L::solve_forward(gains.factor + t * factor, gains.inverse_pivot + t * O, O, v, packs);
      for (int64_t n = 0; n < count; ++n) {
        double square = 0.0;
        for (int64_t i = 0; i < O; ++i) square += v[i * width + n] * v[i * width + n];
        to.log_density[(first + n) * T + t] = gains.constant[t] - 0.5 * square;
      }
    }
    if (to.mean != nullptr) scatter_vectors(m, Z, packs, count, to.mean + (first * T + t) * Z, T * Z);
    if (history != nullptr) {
      for (int64_t e = 0; e < Z * width; ++e) history[t * Z * width + e] = m[e];
    }
  }
}

void smooth_means(const Problem& p, const SharedGains& gains, int64_t first, int64_t count, const SmootherTargets& to,
                  const double* history, double* workspace) {
  const int64_t T = p.T, Z = p.Z, packs = padded(count) / kLanes, width = packs * kLanes;
  using L = Layout<false>;
  Workspace w{workspace};
  double* const m = w.take(Z * width);
  double* const predicted = w.take(Z * width);
  const int64_t state = L::size(Z, Z);
  for (int64_t t = T - 1; t >= 0; --t) {
    const double* const filtered = history + t * Z * width;
    if (t < T - 1) {
      predict_means(p, t + 1, first, count, packs, filtered, predicted);
      for (int64_t e = 0; e < Z * width; ++e) predicted[e] = m[e] - predicted[e];
    }
    for (int64_t e = 0; e < Z * width; ++e) m[e] = filtered[e];
    if (t < T - 1) {
      multiply<Into::kAdd>(Z, packs, Z, L::transposed(gains.backward + t * state, Z), predicted, packs, m, packs);
    }
    scatter_vectors(m, Z, packs, count, to.mean + (first * T + t) * Z, T * Z);
  }
}

void add_gram(int64_t count, int64_t size, const double* rows, double* gram) {
  const int64_t packs = padded(size) / kLanes;
  multiply<Into::kAdd>(size, packs, count, Left<false>{rows, 1, padded(size)}, rows, packs, gram, packs, kLanes);
}

constexpr int kSpinning = 12;  // enough to hide the latency of a multiply-add, few enough for the registers

double spin(int64_t rounds) {
  Register sum[kSpinning];
  for (int i = 0; i < kSpinning; ++i)
    sum[i] = Register{} + static_cast<double>(i);  // else they are all one to the compiler
  const Register factor = Register{} + 0.5;
  for (int64_t round = 0; round < rounds; ++round) {
    for (Register& term : sum) term = term * factor + factor;
  }
  Register total = {};
  for (const Register& term : sum) total += term;
  return total[0];
}

}  // namespace
}  // namespace vrkn::lgssm
