#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/image_decoder.h"
#include "vrkn/nn/image_encoder.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn {
namespace {

TEST(ImageEncoder, HasThePapersShapeAtSize64) {
  ImageEncoder encoder(64, 32);
  ASSERT_EQ(encoder->convolutions.size(), 4u);
  EXPECT_EQ(encoder->convolutions[3]->weight.size(0), 256);
  EXPECT_EQ(encoder->output_size(), 1024);
}

TEST(ImageDecoder, HasThePapersShapeAtSize64) {
  EXPECT_EQ(decoder_kernels(64), (std::vector<int64_t>{5, 5, 6, 6}));
  ImageDecoder decoder(230, 64, 32);
  EXPECT_EQ(decoder->linear->weight.sizes(), (at::IntArrayRef{1024, 230}));
  const std::vector<int64_t> channels{128, 64, 32, 3};
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(decoder->convolutions[i]->output_channels, channels[i]);
}

TEST(ImageNetworks, TakeAndMakeEverySize) {
  math::TensorGenerator rng(1);
  for (const int64_t size : {16, 24, 32, 48, 63, 64, 84, 96, 128}) {
    ImageEncoder encoder(size, 2);
    initialise(*encoder, rng);
    EXPECT_EQ(encoder->forward(rng.normal({2, 3, size, size})).sizes(), (at::IntArrayRef{2, encoder->output_size()}));
    ImageDecoder decoder(5, size, 2);
    initialise(*decoder, rng);
    EXPECT_EQ(decoder->forward(rng.normal({2, 5})).sizes(), (at::IntArrayRef{2, 3, size, size}));
  }
  EXPECT_THROW(ImageEncoder(15, 2), ShapeError);
  EXPECT_THROW(ImageDecoder(5, 15, 2), ShapeError);
}

}  // namespace
}  // namespace vrkn::nn
