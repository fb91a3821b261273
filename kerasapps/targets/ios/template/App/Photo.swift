import CoreGraphics
import Foundation
import ImageIO

private let mostPixels = 16_000_000 // a photo of more is read smaller

/// A picture as its file has it, not turned yet.
struct Photo {
    let image: CGImage

    /// As EXIF numbers it, 1 where nothing is said.
    let orientation: Int

    /// - Parameter content: of a file of any format that the phone reads.
    init(content: Data) throws {
        guard let source = CGImageSourceCreateWithData(content as CFData, nil) else {
            throw Wrong("this is no picture that the phone can read.")
        }
        let facts = CGImageSourceCopyPropertiesAtIndex(source, 0, nil) as? [CFString: Any]
        let sides = [kCGImagePropertyPixelWidth, kCGImagePropertyPixelHeight].map { facts?[$0] as? Int ?? 0 }
        guard let image = Photo.read(source, sides) else {
            throw Wrong("this is no picture that the phone can read.")
        }
        self.image = image
        orientation = facts?[kCGImagePropertyOrientation] as? Int ?? 1
    }

    private static func read(_ source: CGImageSource, _ sides: [Int]) -> CGImage? {
        let pixels = sides[0] * sides[1]
        if pixels <= mostPixels { return CGImageSourceCreateImageAtIndex(source, 0, nil) }
        let share = (Double(mostPixels) / Double(pixels)).squareRoot()
        let longest = Int(Double(max(sides[0], sides[1])) * share)
        let options: [CFString: Any] = [
            kCGImageSourceCreateThumbnailFromImageAlways: true,
            kCGImageSourceThumbnailMaxPixelSize: longest,
        ]
        return CGImageSourceCreateThumbnailAtIndex(source, 0, options as CFDictionary)
    }

    /// Upright pixels of 3 channels, or of 1.
    func picture(channels: Int) throws -> Picture {
        let (width, height) = (image.width, image.height)
        var pixels = Bytes(repeating: 0, count: 4 * width * height)
        let space = image.colorSpace?.model == .rgb ? image.colorSpace : CGColorSpace(name: CGColorSpace.sRGB)
        let drawn = pixels.withUnsafeMutableBytes { memory -> Bool in
            guard let context = CGContext(
                data: memory.baseAddress, width: width, height: height, bitsPerComponent: 8, bytesPerRow: 4 * width,
                space: space ?? CGColorSpaceCreateDeviceRGB(), bitmapInfo: CGImageAlphaInfo.premultipliedLast.rawValue
            ) else { return false }
            context.draw(image, in: CGRect(x: 0, y: 0, width: width, height: height))
            return true
        }
        if !drawn { throw Wrong("the phone cannot draw this picture.") }
        divide(&pixels)
        return Picture(rgba: pixels, width: width, height: height, orientation: orientation, channels: channels)
    }

    /// Colours as they stand in the file: the phone has multiplied them with the transparency.
    private func divide(_ pixels: inout Bytes) {
        for at in stride(from: 0, to: pixels.count, by: 4) {
            let alpha = Int(pixels[at + 3])
            if alpha == 0 || alpha == 255 { continue }
            for place in at..<at + 3 { pixels[place] = UInt8(min(255, (Int(pixels[place]) * 255 + alpha / 2) / alpha)) }
        }
    }
}
