/// Pixels of 0 to 255, row after row, the channels of a pixel beside each other.
struct Picture {
    let width: Int
    let height: Int

    /// 3 for red, green and blue, 1 for grey.
    let channels: Int

    /// `height * width * channels` bytes.
    let pixels: [UInt8]

    init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// A picture as a decoder gives it, made opaque, upright and of the channels that a model takes.
    ///
    /// - Parameters:
    ///   - rgba: four bytes a pixel, the colours not multiplied with the transparency.
    ///   - orientation: as EXIF numbers it, 1 where nothing is said.
    init(rgba: [UInt8], width: Int, height: Int, orientation: Int, channels: Int) {
        let swapped = (5...8).contains(orientation)
        let (across, down) = swapped ? (height, width) : (width, height)
        var pixels = [UInt8]()
        pixels.reserveCapacity(width * height * channels)
        for y in 0..<down {
            for x in 0..<across {
                let at = 4 * Picture.source(x, y, width, height, orientation)
                let alpha = Int(rgba[at + 3])
                let red = Picture.onWhite(Int(rgba[at]), alpha)
                let green = Picture.onWhite(Int(rgba[at + 1]), alpha)
                let blue = Picture.onWhite(Int(rgba[at + 2]), alpha)
                if channels == 1 {
                    pixels.append(UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16))
                } else {
                    pixels.append(UInt8(red))
                    pixels.append(UInt8(green))
                    pixels.append(UInt8(blue))
                }
            }
        }
        self.init(width: across, height: down, channels: channels, pixels: pixels)
    }

    /// Where a pixel of the upright picture stands in the one that was taken.
    private static func source(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ orientation: Int) -> Int {
        let right = width - 1
        let bottom = height - 1
        switch orientation {
        case 2: return y * width + (right - x)
        case 3: return (bottom - y) * width + (right - x)
        case 4: return (bottom - y) * width + x
        case 5: return x * width + y
        case 6: return (bottom - x) * width + y
        case 7: return (bottom - x) * width + (right - y)
        case 8: return x * width + (right - y)
        default: return y * width + x
        }
    }

    /// A colour laid on white, in whole numbers as Pillow does.
    private static func onWhite(_ colour: Int, _ alpha: Int) -> Int {
        if alpha == 255 { return colour }
        if alpha == 0 { return 255 }
        let share = alpha * 255 * 255 * 128 / (alpha * 255 + 255 * (255 - alpha))
        let mixed = colour * share + 255 * (255 * 128 - share) + (0x80 << 7)
        return (((mixed >> 8) + mixed) >> 8) >> 7
    }
}

/// Which part of a picture is scaled: its edges in pixels, from the left upper corner.
struct Box {
    let left: Float
    let top: Float
    let right: Float
    let bottom: Float
}

/// From a picture to what a model takes.
struct PictureReader {
    private let height: Int
    private let width: Int
    private let resize: String

    /// 3, or 1 for grey.
    let channels: Int

    /// - Parameter spec: the `preprocessing` of `bundle.json`, of kind `picture`.
    init(spec: Json) throws {
        height = try spec.at("height").int
        width = try spec.at("width").int
        resize = try spec.at("resize").text
        channels = try spec.at("channels").text == "grey" ? 1 : 3
    }

    /// The pixels in the model's size.
    func read(_ picture: Picture) -> Picture {
        if picture.width == width && picture.height == height { return picture }
        switch resize {
        case "pad": return pad(picture)
        case "crop": return resample(picture, width: width, height: height, box: centre(picture))
        default: return resample(picture, width: width, height: height)
        }
    }

    private func centre(_ picture: Picture) -> Box {
        let scale = min(Double(picture.width) / Double(width), Double(picture.height) / Double(height))
        let boxWidth = Double(width) * scale
        let boxHeight = Double(height) * scale
        let left = max(0, (Double(picture.width) - boxWidth) / 2)
        let top = max(0, (Double(picture.height) - boxHeight) / 2)
        let right = min(left + boxWidth, Double(picture.width))
        let bottom = min(top + boxHeight, Double(picture.height))
        return Box(left: Float(left), top: Float(top), right: Float(right), bottom: Float(bottom))
    }

    private func pad(_ picture: Picture) -> Picture {
        let scale = min(Double(width) / Double(picture.width), Double(height) / Double(picture.height))
        let innerWidth = max(1, Int((Double(picture.width) * scale).rounded(.toNearestOrEven)))
        let innerHeight = max(1, Int((Double(picture.height) * scale).rounded(.toNearestOrEven)))
        let inner = resample(picture, width: innerWidth, height: innerHeight)
        let row = innerWidth * channels
        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        let left = (width - innerWidth) / 2
        let top = (height - innerHeight) / 2
        for y in 0..<innerHeight {
            let start = ((top + y) * width + left) * channels
            pixels.replaceSubrange(start..<start + row, with: inner.pixels[y * row..<(y + 1) * row])
        }
        return Picture(width: width, height: height, channels: channels, pixels: pixels)
    }
}
