#pragma once

#include <utility>
#include <vector>

#include "vrkn/kalman/learned.h"
#include "vrkn/kalman/statistics.h"

namespace vrkn::kalman {

/// Components of a learned covariance that are learned together.
struct CovarianceBlock {
  enum class Kind {
    kFree,         ///< all elements among them, and uncorrelated with the others
    kOneVariance,  ///< one variance for all, uncorrelated
    kElements      ///< some elements among them; the others are fixed
  };
  Kind kind = Kind::kFree;
  std::vector<int64_t> components = {};
  std::vector<std::pair<int64_t, int64_t>> elements = {};  ///< of kElements: row >= column, in the whole matrix
};

/// A regression y = M x + b + N(0, S) of which some is learned: z_0 on nothing, z_t on z_{t-1}, o_t on z_t. Ab = [M b].
struct LearnedRegression {
  Mask coefficients = {};                        ///< which of Ab are learned [Y, X+1]
  std::vector<CovarianceBlock> blocks = {};      ///< what is learned of S
  std::vector<std::vector<int64_t>> parts = {};  ///< sets of components whose noises are independent of the others'
  const char* noise = "";                        ///< what S is called

  /// Whether anything of this part is learned.
  bool is_learned(const std::vector<int64_t>& part) const;
  /// Whether the best S has a closed form.
  bool has_closed_form() const;
};

LearnedRegression initial_regression(const LinearGaussianModel& model, const Learned& learned);
LearnedRegression dynamics_regression(const LinearGaussianModel& model, const Learned& learned);
LearnedRegression emission_regression(const LinearGaussianModel& model, const Learned& learned);

/// The sums of z_0 as those of a regression on nothing but the constant.
RegressionStatistics initial_statistics(const ExpectedStatistics& statistics);

/// The expected log-likelihood -(n log det S + trace(S^-1 E)) / 2, E being the residual at Ab, over the parts of which
/// something is learned, without its constant. Throws NumericalError when S is not positive definite there.
double expected_log_likelihood(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                               const Matrix& S);
/// Its derivatives: by Ab, S^-1 (cross - Ab inputs), and by S, S^-1 (E - n S) S^-1 / 2; zero in the other parts.
Matrix coefficient_gradient(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                            const Matrix& S);
Matrix noise_gradient(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                      const Matrix& S);

/// Ab with its learned elements where the expected log-likelihood is highest, given S. Rows of one part that learn the
/// same elements are least squares, whatever S is; otherwise it is generalised least squares, a linear system in all
/// learned elements of the part:
///
///   [S^-1 (cross - Ab inputs)]_ij = 0 for every learned element (i, j)
Matrix best_coefficients(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                         const Matrix& S);

/// S with its learned blocks where the expected log-likelihood is highest, given Ab. Blocks of single elements have no
/// closed form and stay as they are.
Matrix best_noise(const LearnedRegression& regression, const RegressionStatistics& s, const Matrix& Ab,
                  const Matrix& S);

}  // namespace vrkn::kalman
