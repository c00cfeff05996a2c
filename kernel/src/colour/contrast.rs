//! WCAG 2 contrast, in whole numbers.
//!
//! The formula needs each channel's share of light, a power with a fractional exponent. There are only 256 channel
//! values, so the answers stand in a table, in millionths; the rest is integer arithmetic, equal on every machine.

use super::Colour;

/// Steps from a colour to black or white when looking for one that can be read.
const STEPS: u16 = 64;

/// What the formula adds to both luminances, for the light that screens reflect: 0.05.
const REFLECTED: u64 = 500_000_000;

/// Light of a channel value `v` in millionths: with `s = v / 255`, `s / 12.92` up to 0.04045, else
/// `((s + 0.055) / 1.055) ^ 2.4`.
#[rustfmt::skip]
const LIGHT: [u32; 256] = [
    0, 304, 607, 911, 1214, 1518, 1821, 2125, 2428, 2732, 3035, 3347, 3677, 4025, 4391, 4777,
    5182, 5605, 6049, 6512, 6995, 7499, 8023, 8568, 9134, 9721, 10_330, 10_960, 11_612, 12_286,
    12_983, 13_702, 14_444, 15_209, 15_996, 16_807, 17_642, 18_500, 19_382, 20_289, 21_219,
    22_174, 23_153, 24_158, 25_187, 26_241, 27_321, 28_426, 29_557, 30_713, 31_896, 33_105,
    34_340, 35_601, 36_889, 38_204, 39_546, 40_915, 42_311, 43_735, 45_186, 46_665, 48_172,
    49_707, 51_269, 52_861, 54_480, 56_128, 57_805, 59_511, 61_246, 63_010, 64_803, 66_626,
    68_478, 70_360, 72_272, 74_214, 76_185, 78_187, 80_220, 82_283, 84_376, 86_500, 88_656,
    90_842, 93_059, 95_307, 97_587, 99_899, 102_242, 104_616, 107_023, 109_462, 111_932, 114_435,
    116_971, 119_538, 122_139, 124_772, 127_438, 130_136, 132_868, 135_633, 138_432, 141_263,
    144_128, 147_027, 149_960, 152_926, 155_926, 158_961, 162_029, 165_132, 168_269, 171_441,
    174_647, 177_888, 181_164, 184_475, 187_821, 191_202, 194_618, 198_069, 201_556, 205_079,
    208_637, 212_231, 215_861, 219_526, 223_228, 226_966, 230_740, 234_551, 238_398, 242_281,
    246_201, 250_158, 254_152, 258_183, 262_251, 266_356, 270_498, 274_677, 278_894, 283_149,
    287_441, 291_771, 296_138, 300_544, 304_987, 309_469, 313_989, 318_547, 323_143, 327_778,
    332_452, 337_164, 341_914, 346_704, 351_533, 356_400, 361_307, 366_253, 371_238, 376_262,
    381_326, 386_429, 391_572, 396_755, 401_978, 407_240, 412_543, 417_885, 423_268, 428_690,
    434_154, 439_657, 445_201, 450_786, 456_411, 462_077, 467_784, 473_531, 479_320, 485_150,
    491_021, 496_933, 502_886, 508_881, 514_918, 520_996, 527_115, 533_276, 539_479, 545_724,
    552_011, 558_340, 564_712, 571_125, 577_580, 584_078, 590_619, 597_202, 603_827, 610_496,
    617_207, 623_960, 630_757, 637_597, 644_480, 651_406, 658_375, 665_387, 672_443, 679_542,
    686_685, 693_872, 701_102, 708_376, 715_694, 723_055, 730_461, 737_910, 745_404, 752_942,
    760_525, 768_151, 775_822, 783_538, 791_298, 799_103, 806_952, 814_847, 822_786, 830_770,
    838_799, 846_873, 854_993, 863_157, 871_367, 879_622, 887_923, 896_269, 904_661, 913_099,
    921_582, 930_111, 938_686, 947_307, 955_973, 964_686, 973_445, 982_251, 991_102, 1_000_000,
];

impl Colour {
    /// The least contrast of text that can be read (WCAG 2, level AA), in hundredths.
    pub const READABLE: u32 = 450;

    /// The WCAG contrast ratio of two colours in hundredths, rounded down: 100 for equal colours to 2100 for black on
    /// white; text needs [`Colour::READABLE`].
    pub fn contrast_hundredths(self, other: Self) -> u32 {
        let (a, b) = (self.luminance(), other.luminance());
        let ratio = (a.max(b) + REFLECTED) * 100 / (a.min(b) + REFLECTED);
        u32::try_from(ratio).unwrap_or(u32::MAX)
    }

    /// Black or white, whichever can be read better on this colour. One of them always has at least 4.58:1.
    #[must_use]
    pub fn text_on(self) -> Self {
        if self.contrast_hundredths(Self::WHITE) >= self.contrast_hundredths(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// This colour, darkened or lightened just so far that text in it can be read (4.5:1) on the background: a brand
    /// colour for links on a white or on a dark page.
    #[must_use]
    pub fn readable_on(self, background: Self) -> Self {
        let end = background.text_on();
        (0..STEPS)
            .map(|step| self.towards(end, step))
            .find(|colour| colour.contrast_hundredths(background) >= Self::READABLE)
            .unwrap_or(end)
    }

    /// Relative luminance in units of 10^-10: black is 0, white is 10^10.
    fn luminance(self) -> u64 {
        let [red, green, blue] = self.0.map(|channel| u64::from(LIGHT[usize::from(channel)]));
        2_126 * red + 7_152 * green + 722 * blue
    }

    fn towards(self, end: Self, step: u16) -> Self {
        let mut mixed = end.0;
        for (to, from) in mixed.iter_mut().zip(self.0) {
            let sum = u16::from(from) * (STEPS - step) + u16::from(*to) * step;
            *to = u8::try_from(sum / STEPS).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect("a colour")
    }

    #[test]
    fn known_ratios() {
        for (a, b, hundredths) in [
            ("#000000", "#ffffff", 2_100),
            ("#ffffff", "#ffffff", 100),
            ("#767676", "#ffffff", 454),
            ("#777777", "#ffffff", 447),
            ("#0000ff", "#ffffff", 859),
            ("#ff0000", "#ffffff", 399),
            ("#00ff00", "#000000", 1_530),
        ] {
            assert_eq!(
                colour(a).contrast_hundredths(colour(b)),
                hundredths,
                "{a} on {b}"
            );
            assert_eq!(
                colour(b).contrast_hundredths(colour(a)),
                hundredths,
                "{b} on {a}"
            );
        }
    }

    #[test]
    fn text_is_white_on_dark_and_black_on_light() {
        assert_eq!(colour("#1e3a8a").text_on(), Colour::WHITE);
        assert_eq!(colour("#facc15").text_on(), Colour::BLACK);
    }

    #[test]
    fn a_readable_colour_stays_as_it_is_and_another_moves_as_little_as_it_must() {
        let blue = colour("#1e3a8a");
        assert_eq!(blue.readable_on(Colour::WHITE), blue);
        let yellow = colour("#facc15");
        let link = yellow.readable_on(Colour::WHITE);
        assert!(
            (450..500).contains(&link.contrast_hundredths(Colour::WHITE)),
            "{link}"
        );
        assert!(blue.readable_on(Colour::BLACK) > blue);
    }

    proptest! {
        #[test]
        fn there_is_always_something_to_read(brand: [u8; 3], page: [u8; 3]) {
            let (brand, page) = (Colour(brand), Colour(page));
            prop_assert!(brand.contrast_hundredths(brand.text_on()) >= 458);
            prop_assert!(brand.readable_on(page).contrast_hundredths(page) >= Colour::READABLE);
        }
    }
}
