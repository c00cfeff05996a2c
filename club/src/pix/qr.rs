//! The picture of a BR Code, as SVG for screens and as PNG for chats and e-mails.
//!
//! Medium error correction, as banks print it, and the quiet zone of four modules that the standard demands. Both
//! pictures come from the same modules; another format is one more function over [`modules`], as a receipt's page has it.

use kernel::{Error, Result};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// White modules around the code, without which readers do not find it.
const QUIET: usize = 4;
/// Pixels of a module's side in the PNG: sharp on paper and on a telephone.
const SCALE: usize = 8;

/// The code's square of modules, row by row, `true` for black, with the quiet zone.
pub(crate) fn modules(text: &str) -> Result<Vec<Vec<bool>>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| Error::invalid("brCode", "too_long"))?;
    let (width, colours) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut square = vec![vec![false; side]; side];
    for (row, line) in colours.chunks(width).zip(&mut square[QUIET..]) {
        for (colour, module) in row.iter().zip(&mut line[QUIET..]) {
            *module = *colour == Color::Dark;
        }
    }
    Ok(square)
}

/// The code as an SVG document that fills whatever box it is put in; black on white in dark mode too, because readers
/// need it. Refuses text that is too long for a QR code.
pub fn svg(text: &str) -> Result<String> {
    let square = modules(text)?;
    let mut path = String::new();
    for (y, row) in square.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let length = run.len();
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    let side = square.len();
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    ))
}

/// The code as the bytes of a PNG of one bit a pixel. Refuses text that is too long for a QR code.
pub fn png(text: &str) -> Result<Vec<u8>> {
    let square = modules(text)?;
    let side = square.len() * SCALE;
    let mut pixels = Vec::new();
    for row in &square {
        // A set bit is white.
        let mut line = vec![u8::MAX; side.div_ceil(8)];
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            for pixel in x * SCALE..(x + 1) * SCALE {
                line[pixel / 8] &= !(0x80 >> (pixel % 8));
            }
        }
        for _ in 0..SCALE {
            pixels.extend_from_slice(&line);
        }
    }
    encode(side, &pixels).map_err(Error::internal)
}

fn encode(side: usize, pixels: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let side = u32::try_from(side)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::qr;

    const TEXT: &str = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D";

    #[test]
    fn the_quiet_zone_is_white_and_the_corners_are_where_readers_look() {
        let square = modules(TEXT).expect("it fits");
        let side = square.len();
        assert_eq!(
            (side - 2 * QUIET) % 4,
            1,
            "a QR code has 17 + 4 × version modules"
        );
        for (y, row) in square.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let outside = |place: usize| !(QUIET..side - QUIET).contains(&place);
                assert!(!(outside(x) || outside(y)) || !dark, "{x},{y} is black");
            }
        }
        let (near, far) = (QUIET, side - QUIET - 7);
        for (top, left) in [(near, near), (near, far), (far, near)] {
            let pattern = |y: usize, x: usize| {
                let ring = y.abs_diff(3).max(x.abs_diff(3));
                ring != 2
            };
            for (y, x) in (0..7).flat_map(|y| (0..7).map(move |x| (y, x))) {
                assert_eq!(
                    square[top + y][left + x],
                    pattern(y, x),
                    "finder at {top},{left}"
                );
            }
        }
    }

    #[test]
    fn the_svg_draws_exactly_the_dark_modules() {
        let square = modules(TEXT).expect("it fits");
        let svg = svg(TEXT).expect("a picture");
        assert!(svg.contains(&format!("viewBox=\"0 0 {0} {0}\"", square.len())));
        let drawn: usize = svg
            .split("z\"/></svg>")
            .next()
            .and_then(|svg| svg.rsplit("d=\"M").next())
            .expect("the path")
            .split('h')
            .skip(1)
            .step_by(2)
            .map(|run| {
                run.split('v')
                    .next()
                    .unwrap_or_default()
                    .parse::<usize>()
                    .expect("a length")
            })
            .sum();
        let dark = square.iter().flatten().filter(|dark| **dark).count();
        assert_eq!(drawn, dark);
    }

    #[test]
    fn the_png_holds_the_same_picture() {
        let square = modules(TEXT).expect("it fits");
        let bytes = png(TEXT).expect("a picture");
        assert!(bytes.len() < 4096, "{} bytes", bytes.len());
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .expect("a PNG");
        let (width, height) = reader.info().size();
        let side = u32::try_from(square.len() * SCALE).expect("small");
        assert_eq!((width, height), (side, side));
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        let frame = reader.next_frame(&mut pixels).expect("its pixels");
        for (y, line) in pixels.chunks(frame.line_size).enumerate() {
            for (x, dark) in square[y / SCALE].iter().enumerate() {
                for pixel in x * SCALE..(x + 1) * SCALE {
                    let white = line[pixel / 8] & (0x80 >> (pixel % 8)) != 0;
                    assert_eq!(white, !dark, "{pixel},{y}");
                }
            }
        }
    }

    #[test]
    fn a_telephone_reads_both_pictures() {
        for code in [TEXT, &"Aé1\n".repeat(100), "7"] {
            assert_eq!(qr::read_svg(&svg(code).expect("a picture")), code);
            assert_eq!(qr::read_png(&png(code).expect("a picture")), code);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let long = "x".repeat(3000);
        assert_eq!(svg(&long), Err(Error::invalid("brCode", "too_long")));
        assert_eq!(png(&long), Err(Error::invalid("brCode", "too_long")));
        assert!(svg(&"x".repeat(512)).is_ok());
    }
}
