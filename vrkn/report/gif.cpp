#include "vrkn/report/gif.h"

#include <algorithm>
#include <cmath>
#include <gif_lib.h>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/picture.h"
#include "vrkn/report/palette.h"

namespace vrkn::report {
namespace {

constexpr int kGreatestSide = 65535;

void check(bool done, int error) {
  if (!done) throw DataError(fmt::format("cannot make a GIF: {}", GifErrorString(error)));
}

/// libgif's encoder, which appends to a text.
class Encoder {
 public:
  Encoder() {
    const OutputFunc append = [](GifFileType* gif, const GifByteType* bytes, int size) {
      static_cast<std::string*>(gif->UserData)->append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
      return size;
    };
    int error = 0;
    gif_ = EGifOpen(&content_, append, &error);
    check(gif_ != nullptr, error);
    EGifSetGifVersion(gif_, true);  // 89a, the one that moves
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    if (gif_) EGifCloseFile(gif_, nullptr);
  }

  void begin(int width, int height, const std::vector<Rgb>& palette) {
    const int size = 1 << GifBitSize(static_cast<int>(palette.size()));  // as many as their numbers can name
    const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)> colours(GifMakeMapObject(size, nullptr),
                                                                             GifFreeMapObject);
    check(colours != nullptr, E_GIF_ERR_NOT_ENOUGH_MEM);
    for (size_t i = 0; i < palette.size(); ++i) colours->Colors[i] = {palette[i][0], palette[i][1], palette[i][2]};
    expect(EGifPutScreenDesc(gif_, width, height, colours->BitsPerPixel, 0, colours.get()));
    // Netscape's extension: show it again, without end.
    const GifByteType loop[] = {1, 0, 0};
    expect(EGifPutExtensionLeader(gif_, APPLICATION_EXT_FUNC_CODE));
    expect(EGifPutExtensionBlock(gif_, 11, "NETSCAPE2.0"));
    expect(EGifPutExtensionBlock(gif_, sizeof loop, loop));
    expect(EGifPutExtensionTrailer(gif_));
  }

  void add(std::vector<uint8_t> colours, int width, int height, int delay_cs) {
    const GraphicsControlBlock control{DISPOSE_DO_NOT, false, delay_cs, NO_TRANSPARENT_COLOR};
    GifByteType bytes[4];
    const size_t size = EGifGCBToExtension(&control, bytes);
    expect(EGifPutExtension(gif_, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(size), bytes));
    expect(EGifPutImageDesc(gif_, 0, 0, width, height, /*GifInterlace=*/false, nullptr));
    for (int row = 0; row < height; ++row) expect(EGifPutLine(gif_, colours.data() + row * width, width));
  }

  std::string finish() {
    int error = 0;
    const int result = EGifCloseFile(std::exchange(gif_, nullptr), &error);
    check(result == GIF_OK, error);
    return std::move(content_);
  }

 private:
  void expect(int result) const { check(result == GIF_OK, gif_->Error); }

  std::string content_;
  GifFileType* gif_ = nullptr;
};

}  // namespace

std::string encode_gif(std::span<const Image> frames, double fps) {
  if (frames.empty()) throw ShapeError("a GIF needs at least one picture");
  if (!(fps >= 1.0 && fps <= 50.0)) {
    throw ConfigError(fmt::format("a GIF must have 1 to 50 pictures per second, not {}", fps));
  }
  const int width = frames.front().width, height = frames.front().height;
  for (const Image& frame : frames) {
    check_image(frame);
    if (frame.width != width || frame.height != height || std::max(width, height) > kGreatestSide) {
      throw ShapeError(
          fmt::format("the pictures of a GIF must have one size of at most {} pixels each way, not {} x {} "
                      "and {} x {}",
                      kGreatestSide, width, height, frame.width, frame.height));
    }
  }
  const std::vector<Rgb> palette = choose_palette(frames);
  Encoder encoder;
  encoder.begin(width, height, palette);
  for (const Image& frame : frames) {
    encoder.add(nearest_colours(frame, palette), width, height, static_cast<int>(std::lround(100.0 / fps)));
  }
  return encoder.finish();
}

}  // namespace vrkn::report
