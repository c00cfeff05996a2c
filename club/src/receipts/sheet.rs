//! A sheet of PDF: A4, text in two weights of Inter, rectangles, one QR code. It has no date but its receipt's, and nothing
//! random, so the same drawing is the same bytes.
//!
//! Places are whole points (1/72 inch) from the sheet's top left corner, so that nothing here calculates with floats.

use super::letters::Letters;
use kernel::{Colour, Error, Result};
use pdf_writer::{Content, Date, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::mem::take;
use time::{OffsetDateTime, UtcOffset};

/// The sheet's width.
pub(super) const WIDTH: u16 = 595;
const HEIGHT: u16 = 842;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
const CODE: Ref = Ref::new(6);
/// The first of the five objects of each font.
const FONTS: [i32; 2] = [7, 12];

/// How something is written.
#[derive(Clone, Copy)]
pub(super) struct Style {
    is_bold: bool,
    size: u8,
    colour: Colour,
}

impl Style {
    /// As running text.
    pub(super) const fn regular(size: u8, colour: Colour) -> Self {
        Self {
            is_bold: false,
            size,
            colour,
        }
    }

    /// As a heading.
    pub(super) const fn bold(size: u8, colour: Colour) -> Self {
        Self {
            is_bold: true,
            size,
            colour,
        }
    }
}

/// What a reader of PDFs says of the file.
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    pub(super) author: &'a str,
    pub(super) language: &'a str,
    pub(super) made: OffsetDateTime,
    /// Names this file among all others.
    pub(super) id: Vec<u8>,
}

/// A sheet that is being drawn on.
pub(super) struct Sheet {
    content: Content,
    regular: Letters,
    bold: Letters,
    /// The QR code's rows of bits and how many of them there are.
    code: (Vec<u8>, i32),
}

impl Sheet {
    /// An empty sheet.
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            content: Content::new(),
            regular: Letters::regular()?,
            bold: Letters::semi_bold()?,
            code: (vec![u8::MAX], 1),
        })
    }

    /// Writes one line, its baseline at this place.
    pub(super) fn write(&mut self, style: Style, (x, y): (u16, u16), text: &str) {
        let (name, letters) = if style.is_bold {
            (Name(b"Bold"), &mut self.bold)
        } else {
            (Name(b"Regular"), &mut self.regular)
        };
        let glyphs = letters.glyphs(text);
        self.fill(style.colour);
        self.content
            .begin_text()
            .set_font(name, style.size.into())
            .next_line(x.into(), from_below(y))
            .show(Str(&glyphs))
            .end_text();
    }

    /// A text in lines that are at most so wide, broken between words where there are any.
    pub(super) fn wrap(&self, style: Style, text: &str, width: u16) -> Vec<String> {
        let letters = if style.is_bold {
            &self.bold
        } else {
            &self.regular
        };
        wrap(text, |line| letters.fits(line, style.size, width))
    }

    /// Fills a rectangle.
    pub(super) fn block(
        &mut self,
        colour: Colour,
        (x, y): (u16, u16),
        (width, height): (u16, u16),
    ) {
        self.fill(colour);
        self.content
            .rect(
                x.into(),
                from_below(y + height),
                width.into(),
                height.into(),
            )
            .fill_nonzero();
    }

    /// Draws the QR code into a square.
    pub(super) fn code(
        &mut self,
        modules: &[Vec<bool>],
        (x, y): (u16, u16),
        side: u16,
    ) -> Result<()> {
        // A set bit is white.
        let rows = modules.iter().flat_map(|row| row.chunks(8));
        let bits = rows.map(|eight| {
            (0..).zip(eight).fold(u8::MAX, |bits, (place, is_dark)| {
                bits & !(u8::from(*is_dark) << (7 - place))
            })
        });
        self.code = (
            bits.collect(),
            i32::try_from(modules.len()).map_err(Error::internal)?,
        );
        let square = [
            side.into(),
            0.0,
            0.0,
            side.into(),
            x.into(),
            from_below(y + side),
        ];
        self.content
            .save_state()
            .transform(square)
            .x_object(Name(b"Code"))
            .restore_state();
        Ok(())
    }

    /// The file.
    pub(super) fn finish(self, about: About<'_>) -> Result<Vec<u8>> {
        let mut pdf = Pdf::new();
        pdf.set_file_id((about.id.clone(), about.id));
        let mut catalog = pdf.catalog(CATALOG);
        catalog.pages(PAGES).lang(TextStr(about.language));
        catalog.viewer_preferences().display_doc_title(true);
        catalog.finish();
        pdf.pages(PAGES).kids([PAGE]).count(1);
        let mut page = pdf.page(PAGE);
        page.parent(PAGES)
            .media_box(Rect::new(0.0, 0.0, WIDTH.into(), HEIGHT.into()))
            .contents(CONTENT);
        let mut resources = page.resources();
        resources.x_objects().pair(Name(b"Code"), CODE);
        resources
            .fonts()
            .pair(Name(b"Regular"), Ref::new(FONTS[0]))
            .pair(Name(b"Bold"), Ref::new(FONTS[1]));
        resources.finish();
        page.finish();
        // Not compressed: it is short, and who looks into the file can read it.
        pdf.stream(CONTENT, &self.content.finish());
        let (bits, side) = &self.code;
        let mut code = pdf.image_xobject(CODE, bits);
        code.width(*side).height(*side).bits_per_component(1);
        code.color_space().device_gray();
        code.finish();
        self.regular.embed(&mut pdf, FONTS[0])?;
        self.bold.embed(&mut pdf, FONTS[1])?;
        pdf.document_info(INFO)
            .title(TextStr(about.title))
            .author(TextStr(about.author))
            .creation_date(date(about.made));
        Ok(pdf.finish())
    }

    fn fill(&mut self, colour: Colour) {
        let [red, green, blue] = colour.channels().map(intensity);
        self.content.set_fill_rgb(red, green, blue);
    }
}

/// A text in lines that fit, broken between words where that is possible.
fn wrap(text: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ') {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if !fits(&line) && line.len() > letter.len_utf8() {
                line.pop();
                lines.push(take(&mut line));
                line.push(letter);
            }
        }
    }
    lines.push(line);
    lines
}

/// PDF counts from the bottom.
fn from_below(y: u16) -> f32 {
    HEIGHT.saturating_sub(y).into()
}

#[expect(
    clippy::float_arithmetic,
    reason = "PDF counts a colour from 0 to 1, and no money comes near it"
)]
fn intensity(channel: u8) -> f32 {
    f32::from(channel) / 255.0
}

fn date(at: OffsetDateTime) -> Date {
    let at = at.to_offset(UtcOffset::UTC);
    Date::new(u16::try_from(at.year()).unwrap_or_default())
        .month(at.month().into())
        .day(at.day())
        .hour(at.hour())
        .minute(at.minute())
        .second(at.second())
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// How a line stands in a sheet, in either font.
#[cfg(test)]
pub(super) fn written(line: &str) -> [Vec<u8>; 2] {
    [Letters::regular(), Letters::semi_bold()].map(|letters| {
        let mut letters = letters.expect("a font");
        let mut content = Content::new();
        content.show(Str(&letters.glyphs(line)));
        content.finish().to_vec()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_go_on_in_the_next_line() {
        let wrap = |text, most| wrap(text, |line| line.chars().count() <= most);
        assert_eq!(wrap("um dois três", 8), ["um dois", "três"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("ab", 0), ["a", "b"], "it ends, whatever fits");
    }

    #[test]
    fn no_name_leaves_the_sheet() {
        let sheet = Sheet::new().expect("a sheet");
        let style = Style::regular(10, Colour::rgb(0, 0, 0));
        for name in ["W".repeat(80), "MW ".repeat(40), "Ana Souza".to_owned()] {
            let lines = sheet.wrap(style, &name, 349);
            assert!(lines.iter().all(|line| sheet.regular.fits(line, 10, 349)));
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(letters(&lines.concat()), letters(&name));
        }
        assert_eq!(sheet.wrap(style, &"i".repeat(80), 349).len(), 1);
    }
}
