#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/image_decoder.h"
#include "vrkn/nn/image_encoder.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn::image_networks_test {
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
  EXPECT_THROW(ImageEncoder(ImageShape(3, 64, 15), 2), ShapeError);
  EXPECT_THROW(ImageDecoder(5, ImageShape(3, 15, 64), 2), ShapeError);
  EXPECT_THROW(ImageEncoder(15, 2), ShapeError);
  EXPECT_THROW(ImageDecoder(5, 15, 2), ShapeError);
}

TEST(ImageNetworks, TakeAndMakeImagesThatAreNotSquareAndOfAnyChannels) {
  math::TensorGenerator rng(1);
  for (const ImageShape shape : {ImageShape(1, 48, 64), ImageShape(4, 64, 48), ImageShape(3, 16, 161),
                                 ImageShape(2, 84, 21), ImageShape(6, 30, 17), ImageShape(1, 64, 64)}) {
    const at::Tensor images = rng.normal({2, shape.channels, shape.height, shape.width});
    ImageEncoder encoder(shape, 2);
    initialise(*encoder, rng);
    EXPECT_EQ(encoder->forward(images).sizes(), (at::IntArrayRef{2, encoder->output_size()}));
    ImageDecoder decoder(5, shape, 16);  // deep enough that no pixel's units are all off
    initialise(*decoder, rng);
    const at::Tensor made = decoder->forward(rng.normal({2, 5}));
    ASSERT_EQ(made.sizes(), images.sizes());
    const at::Tensor one = made.slice(0, 0, 1), other = made.slice(0, 1);
    EXPECT_TRUE((one != other).all().item<bool>());  // every pixel depends on the features
  }
}

TEST(ImageDecoder, ASquareImageStartsFromOnePixel) {
  for (const int64_t size : {16, 24, 63, 64, 100}) {
    const std::vector<int64_t> kernels = decoder_kernels(size);
    EXPECT_EQ(decoder_side(size, kernels.size()).start, 1);
    EXPECT_EQ(decoder_side(size, kernels.size()).kernels, kernels);
  }
}

}  // namespace
}  // namespace vrkn::nn::image_networks_test
