#include "vrkn/model/codec.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::model::codec_test {
namespace {

const NetworksConfig kSmall{.image_depth = 2, .vector_hidden = 8};

TEST(ImageCodec, ReducesToFiveBitsAndDithers) {
  math::TensorGenerator rng(1);
  const auto codec = make_codec({"image", env::SensorKind::kImage, {3, 16, 16}}, kSmall, 5);
  const at::Tensor raw = at::arange(0, 768, at::kLong).remainder(256).to(at::kByte).view({1, 3, 16, 16});
  const at::Tensor values = codec->normalise(raw, rng);
  const at::Tensor floor = (raw.to(at::kFloat) / 8).floor() / 32 - 0.5;
  EXPECT_TRUE(((values >= floor - 1e-6) & (values < floor + 1.0 / 32 + 1e-6)).all().item<bool>());
  EXPECT_NEAR((values - floor).mean().item<double>(), 1.0 / 64, 6.0 / 32 / std::sqrt(12.0 * 768));
  const at::Tensor back = codec->denormalise(values).to(at::kInt);
  EXPECT_LE((back - raw.to(at::kInt)).abs().max().item<int>(), 8);
  // One network value is 256 grey levels.
  EXPECT_TRUE(at::equal(codec->denormalise(at::tensor({0.25f})) - codec->denormalise(at::tensor({0.0f})),
                        (codec->unit() * 0.25).to(at::kByte).view({1})));
}

TEST(ImageCodec, CentredImagesAreWhatDiffersFromTheMean) {
  NetworksConfig config = kSmall;
  config.centre_images = true;
  math::TensorGenerator colours(2);
  const at::Tensor mean = colours.uniform({3, 16, 16}) * 255,
                   raw = (colours.uniform({2, 3, 16, 16}) * 255).to(at::kByte);
  const auto centred = make_codec({"image", env::SensorKind::kImage, {3, 16, 16}}, config, 5);
  const auto plain = make_codec({"image", env::SensorKind::kImage, {3, 16, 16}}, kSmall, 5);
  const auto values = [&](const Codec& codec) {
    math::TensorGenerator dither(1);
    return codec.normalise(raw, dither);
  };
  EXPECT_TRUE(at::equal(values(*centred), values(*plain))) << "no mean is known yet";
  for (Codec* codec : {centred.get(), plain.get()}) codec->set_statistics({mean, {}});
  EXPECT_TRUE(at::allclose(values(*centred), values(*plain) - (mean / 256 - 0.5), 1e-5, 1e-6));
  const at::Tensor back = centred->denormalise(values(*centred)).to(at::kInt);
  EXPECT_LE((back - plain->denormalise(values(*plain)).to(at::kInt)).abs().max().item<int>(), 1);
}

TEST(ImageCodec, WavesStandBetweenFeaturesAndDecoder) {
  NetworksConfig config = kSmall;
  config.image_waves = 7;
  const auto codec = make_codec({"image", env::SensorKind::kImage, {3, 16, 16}}, config, 5);
  const auto parameters = codec->named_parameters();
  EXPECT_EQ(parameters["waves.weight"].sizes(), (at::IntArrayRef{7, 5}));
  EXPECT_EQ(parameters["decoder.linear.weight"].size(1), 14);
  EXPECT_EQ(codec->decode(at::zeros({3, 5})).sizes(), (at::IntArrayRef{3, 3, 16, 16}));
}

TEST(ImageCodec, TakesImagesOfAnySidesAndChannelsButNoneTooSmall) {
  const auto codec = make_codec({"image", env::SensorKind::kImage, {1, 16, 32}}, kSmall, 5);
  math::TensorGenerator rng(1);
  const at::Tensor images = at::full({3, 1, 16, 32}, 100, at::kByte);
  EXPECT_EQ(codec->encode(codec->normalise(images, rng)).size(0), 3);
  EXPECT_EQ(codec->decode(at::zeros({3, 5})).sizes(), images.sizes());
  EXPECT_THROW(make_codec({"image", env::SensorKind::kImage, {3, 15, 32}}, kSmall, 5), ShapeError);
}

TEST(VectorCodec, StandardisesAndReturns) {
  math::TensorGenerator rng(1);
  const auto codec = make_codec({"state", env::SensorKind::kVector, {2}}, kSmall, 5);
  codec->set_statistics({at::tensor({1.0f, 2.0f}), at::tensor({2.0f, 0.5f})});
  const at::Tensor raw = at::tensor({3.0f, 1.0f}).unsqueeze(0);
  const at::Tensor values = codec->normalise(raw, rng);
  EXPECT_TRUE(at::allclose(values, at::tensor({1.0f, -2.0f}).unsqueeze(0)));
  EXPECT_TRUE(at::allclose(codec->denormalise(values), raw));
  EXPECT_TRUE(at::equal(codec->unit(), at::tensor({2.0f, 0.5f})));
  EXPECT_EQ(codec->encode(values).size(1), codec->embedding_size());
  EXPECT_EQ(codec->decode(at::zeros({3, 5})).sizes(), (at::IntArrayRef{3, 2}));
}

}  // namespace
}  // namespace vrkn::model::codec_test
