//! The letters of a sheet: Inter, whole in each file, so that it looks the same everywhere and for good.

use flate2::{Compression, write::ZlibEncoder};
use kernel::{Error, Result};
use pdf_writer::{
    Filter, Finish, Name, Pdf, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use std::{collections::BTreeMap, io::Write};
use ttf_parser::{Face, GlyphId};

const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");

const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// A font, and which of its letters were used.
pub(super) struct Letters {
    name: &'static str,
    bytes: &'static [u8],
    face: Face<'static>,
    used: BTreeMap<u16, char>,
}

impl Letters {
    /// For running text.
    pub(super) fn regular() -> Result<Self> {
        Self::new("CLUBED+Inter-Regular", REGULAR)
    }

    /// For headings.
    pub(super) fn semi_bold() -> Result<Self> {
        Self::new("CLUBED+Inter-SemiBold", SEMI_BOLD)
    }

    fn new(name: &'static str, bytes: &'static [u8]) -> Result<Self> {
        Ok(Self {
            name,
            bytes,
            face: Face::parse(bytes, 0).map_err(Error::internal)?,
            used: BTreeMap::new(),
        })
    }

    /// A text as the numbers of its letters in the font; `?` stands for those that it has not.
    pub(super) fn glyphs(&mut self, text: &str) -> Vec<u8> {
        let mut glyphs = Vec::new();
        for letter in text.chars() {
            let (letter, glyph) = self.drawn(letter);
            self.used.entry(glyph.0).or_insert(letter);
            glyphs.extend(glyph.0.to_be_bytes());
        }
        glyphs
    }

    fn drawn(&self, letter: char) -> (char, GlyphId) {
        match self.face.glyph_index(letter) {
            Some(glyph) => (letter, glyph),
            None => ('?', self.face.glyph_index('?').unwrap_or_default()),
        }
    }

    /// Whether a text of this size is at most so wide, both in points.
    pub(super) fn fits(&self, text: &str, size: u8, width: u16) -> bool {
        let advances = text.chars().map(|letter| {
            let (_, glyph) = self.drawn(letter);
            let advance = self.face.glyph_hor_advance(glyph);
            u64::from(advance.unwrap_or_default())
        });
        let (em, units) = (self.face.units_per_em(), advances.sum::<u64>());
        units * u64::from(size) <= u64::from(width) * u64::from(em)
    }

    /// Writes the font's five objects: the font, its letters, their measures, the outlines, and what to read them as.
    pub(super) fn embed(&self, pdf: &mut Pdf, first: i32) -> Result<()> {
        let [font, descendant, descriptor, outlines, unicode] =
            [0, 1, 2, 3, 4].map(|next| Ref::new(first + next));
        let name = Name(self.name.as_bytes());
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(descendant)
            .to_unicode(unicode);
        let mut cid = pdf.cid_font(descendant);
        cid.subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(IDENTITY)
            .font_descriptor(descriptor)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for &glyph in self.used.keys() {
            let width = self
                .face
                .glyph_hor_advance(GlyphId(glyph))
                .unwrap_or_default();
            widths.consecutive(glyph, [self.thousandths(width)]);
        }
        widths.finish();
        cid.finish();
        let (bounds, capitals) = (self.face.global_bounding_box(), self.face.capital_height());
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(
                self.thousandths(bounds.x_min),
                self.thousandths(bounds.y_min),
                self.thousandths(bounds.x_max),
                self.thousandths(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(self.thousandths(self.face.ascender()))
            .descent(self.thousandths(self.face.descender()))
            .cap_height(self.thousandths(capitals.unwrap_or_default()))
            .stem_v(90.0)
            .font_file2(outlines);
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(self.bytes).map_err(Error::internal)?;
        let packed = packed.finish().map_err(Error::internal)?;
        let length = i32::try_from(self.bytes.len()).map_err(Error::internal)?;
        pdf.stream(outlines, &packed)
            .filter(Filter::FlateDecode)
            .pair(Name(b"Length1"), length);
        let mut letters = UnicodeCmap::new(Name(b"Letters"), IDENTITY);
        for (&glyph, &letter) in &self.used {
            letters.pair(glyph, letter);
        }
        pdf.cmap(unicode, &letters.finish())
            .name(Name(b"Letters"))
            .system_info(IDENTITY);
        Ok(())
    }

    /// A measure of the font in thousandths of its size, as PDF has them.
    fn thousandths(&self, units: impl Into<i32>) -> f32 {
        let thousandths = units.into() * 1000 / i32::from(self.face.units_per_em());
        i16::try_from(thousandths).unwrap_or(i16::MAX).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_have_what_names_in_portuguese_need() {
        for letters in [Letters::regular(), Letters::semi_bold()] {
            let mut letters = letters.expect("a font");
            letters.glyphs("ÁÂÃÀÇÉÊÍÓÔÕÚÜáâãàçéêíóôõúüñŞęł’–“”·ºª§€R$\u{a0}");
            assert!(!letters.used.values().any(|&letter| letter == '?'));
            assert_eq!(letters.glyphs("日\n\u{1f600}"), letters.glyphs("???"));
        }
    }
    #[test]
    fn a_letter_is_as_wide_as_it_is_drawn() {
        let letters = Letters::regular().expect("a font");
        assert!(letters.fits("", 10, 0));
        assert!(letters.fits(&"i".repeat(100), 10, 300));
        assert!(!letters.fits(&"W".repeat(54), 10, 349));
        // Twice the size is twice the width.
        for width in 0..2_000 {
            let fits = [(10, width), (20, 2 * width)]
                .map(|(size, width)| letters.fits("São Paulo", size, width));
            assert_eq!(fits[0], fits[1], "{width}");
        }
    }
}
