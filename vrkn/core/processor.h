#pragma once

namespace vrkn {

/// Families of processors that inner loops are compiled for, each with the instructions of those before it.
enum class ProcessorFamily {
  kBaseline,  ///< what every processor of its kind has
  kAvx2,      ///< x86-64-v3: AVX2, FMA, BMI
  kAvx512     ///< x86-64-v4: AVX-512 F, BW, CD, DQ, VL
};

/// The family of the processor that runs this program.
ProcessorFamily processor_family();

/// Whether the processor has instructions that multiply bfloat16 numbers and add in float32: AVX512-BF16.
bool processor_multiplies_bfloat16();

}  // namespace vrkn
