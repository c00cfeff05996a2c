//! What a telephone reads off the QR codes that we draw: by another library than the one that draws them.

use image::GrayImage;
use rqrr::PreparedImage;

/// Pixels of a module's side, where a picture has no pixels of its own.
const SCALE: usize = 4;

/// The text of the only code in a PNG.
pub(crate) fn read_png(bytes: &[u8]) -> String {
    let picture = image::load_from_memory(bytes).expect("a picture");
    let picture: GrayImage = picture.into_luma8();
    let side = usize::try_from(picture.width()).expect("small");
    assert_eq!(picture.width(), picture.height());
    read(side, |x, y| {
        let at = |place: usize| u32::try_from(place).expect("small");
        picture.get_pixel(at(x), at(y)).0[0]
    })
}

/// The text of the only code in an SVG of rectangles, each `M<x> <y>h<width>v<height>h…z` in a path whose colour is `#fff`
/// or, where it says nothing, black. The later ones cover the earlier ones.
pub(crate) fn read_svg(svg: &str) -> String {
    let side: usize = between(svg, "viewBox=\"0 0 ", " ").parse().expect("a side");
    let mut square = vec![vec![u8::MAX / 2; side]; side];
    for path in svg.split("<path ").skip(1) {
        let colour = if path.contains("fill=\"#fff\"") {
            u8::MAX
        } else {
            0
        };
        for rectangle in between(path, "d=\"", "\"").split('M').skip(1) {
            let mut numbers = rectangle
                .split(|sign: char| !sign.is_ascii_digit())
                .map(|number| number.parse::<usize>().expect("a number"));
            let mut next = || numbers.next().expect("four numbers");
            let (x, y, width, height) = (next(), next(), next(), next());
            for row in &mut square[y..y + height] {
                row[x..x + width].fill(colour);
            }
        }
    }
    read_modules(&square)
}

/// The text of the only code whose modules have these shades, row by row.
pub(crate) fn read_modules(square: &[Vec<u8>]) -> String {
    read(square.len() * SCALE, |x, y| square[y / SCALE][x / SCALE])
}

fn read(side: usize, shade: impl Fn(usize, usize) -> u8) -> String {
    let mut picture = PreparedImage::prepare_from_greyscale(side, side, shade);
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "one code in the picture");
    let (_, text) = codes[0].decode().expect("a readable code");
    text
}

/// What stands between these two, or from the first to the end.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect("what stands before");
    rest.split(after).next().unwrap_or(rest)
}
