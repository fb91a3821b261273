private let bits = 22 // behind the point of a weight

/// A picture, or a part of it, in another size: equal to what Pillow gives, bit by bit.
///
/// Bilinear with antialiasing: each new pixel is a mean of all that it covers, weighted by a triangle.
/// Phones' own functions read four pixels and no more, which makes other pixels of a large picture,
/// and other answers. Rows are done first and rounded to whole numbers, then columns.
func resample(_ picture: Picture, width: Int, height: Int, box: Box? = nil) -> Picture {
    let part = box ?? Box(left: 0, top: 0, right: Float(picture.width), bottom: Float(picture.height))
    var result = picture
    if width != picture.width || part.left != 0 || part.right != Float(width) {
        result = alongRows(result, Taps(size: picture.width, start: part.left, end: part.right, wanted: width))
    }
    if height != picture.height || part.top != 0 || part.bottom != Float(height) {
        result = alongColumns(result, Taps(size: picture.height, start: part.top, end: part.bottom, wanted: height))
    }
    return result
}

/// Which old pixels make each new one of a row or column: the first, and a weight for each from there on.
private struct Taps {
    private(set) var first = [Int]()
    private(set) var weights = [[Int32]]()

    init(size: Int, start: Float, end: Float, wanted: Int) {
        let scale = Double(end - start) / Double(wanted)
        let reach = max(scale, 1)
        for place in 0..<wanted {
            let centre = Double(start) + (Double(place) + 0.5) * scale
            let from = max(0, Int(centre - reach + 0.5))
            let to = min(size, Int(centre + reach + 0.5))
            first.append(from)
            weights.append(Taps.fixed((from..<to).map { Taps.triangle((Double($0) - centre + 0.5) * (1 / reach)) }))
        }
    }

    private static func triangle(_ distance: Double) -> Double {
        max(0, 1 - abs(distance))
    }

    private static func fixed(_ weights: [Double]) -> [Int32] {
        let total = weights.reduce(0, +)
        return weights.map { Int32(0.5 + (total != 0 ? $0 / total : $0) * Double(1 << bits)) }
    }
}

private func alongRows(_ picture: Picture, _ taps: Taps) -> Picture {
    let channels = picture.channels
    let width = taps.first.count
    var pixels = [UInt8]()
    pixels.reserveCapacity(width * picture.height * channels)
    for y in 0..<picture.height {
        for x in 0..<width {
            let start = (y * picture.width + taps.first[x]) * channels
            for channel in 0..<channels {
                pixels.append(mixed(picture.pixels, start + channel, channels, taps.weights[x]))
            }
        }
    }
    return Picture(width: width, height: picture.height, channels: channels, pixels: pixels)
}

private func alongColumns(_ picture: Picture, _ taps: Taps) -> Picture {
    let row = picture.width * picture.channels
    let height = taps.first.count
    var pixels = [UInt8]()
    pixels.reserveCapacity(row * height)
    for y in 0..<height {
        let start = taps.first[y] * row
        for x in 0..<row {
            pixels.append(mixed(picture.pixels, start + x, row, taps.weights[y]))
        }
    }
    return Picture(width: picture.width, height: height, channels: picture.channels, pixels: pixels)
}

private func mixed(_ pixels: [UInt8], _ start: Int, _ step: Int, _ weights: [Int32]) -> UInt8 {
    var sum = Int32(1) << (bits - 1)
    var at = start
    for weight in weights {
        sum &+= Int32(pixels[at]) &* weight
        at += step
    }
    return UInt8(max(0, min(255, sum >> bits)))
}
