//! What is stored, what is not, and what is left of it.

use super::{
    Encryption, FileKind, LARGEST, MediaType, StoredFile, get, give_up, image::MOST_PIXELS, keep,
    put, release, remove, reseal, sweep,
};
use crate::{
    Ctx,
    testing::{Club, Outcome, installation},
};
use axum::body::Bytes;
use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage, Rgba, RgbaImage};
use kernel::{Error, FileId, Kind, Result};
use std::io::Cursor;
use tenancy::{Actor, secrets};

/// A photo of this size: red in the upper left quarter, blue elsewhere.
pub(crate) fn photo(format: ImageFormat, width: u32, height: u32) -> Bytes {
    let image = RgbImage::from_fn(width, height, |x, y| {
        let is_corner = x < width / 2 && y < height / 2;
        Rgb(if is_corner { [200, 0, 0] } else { [0, 0, 200] })
    });
    encoded(&image.into(), format)
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("an image");
    bytes.into_inner().into()
}

/// An EXIF block that says "turned a quarter to the right", with a place in its text.
fn exif() -> Vec<u8> {
    let mut block = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    block.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    block.extend(b"GPS -23.5505 -46.6333");
    block
}

pub(crate) fn with_exif(jpeg: &[u8]) -> Bytes {
    let block = exif();
    let length = u16::try_from(block.len() + 2).expect("short");
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend(b"\xff\xe1");
    bytes.extend(length.to_be_bytes());
    bytes.extend(block);
    bytes.extend(&jpeg[2..]);
    bytes.into()
}

fn decode(bytes: &[u8]) -> DynamicImage {
    ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .expect("bytes in memory")
        .decode()
        .expect("an image")
}

fn is_red(image: &DynamicImage, x: u32, y: u32) -> bool {
    let Rgb([red, _, blue]) = *image.to_rgb8().get_pixel(x, y);
    red > 150 && blue < 100
}

async fn stored(ctx: &Ctx, kind: FileKind, bytes: Bytes, how: Encryption) -> Result<StoredFile> {
    let file = put(ctx, kind, bytes, how).await?;
    let mut tx = ctx.begin().await?;
    keep(&mut tx, ctx, &file).await?;
    tx.commit().await?;
    Ok(file)
}

#[tokio::test]
async fn a_photo_is_turned_upright_and_tells_nothing() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    let taken = with_exif(&photo(ImageFormat::Jpeg, 64, 32));
    let file = stored(&ctx, FileKind::ProductImage, taken, Encryption::Plain).await?;
    assert_eq!(
        (file.media_type, file.pixels),
        (MediaType::Jpeg, Some((32, 64)))
    );
    let read = get(&ctx, file.id).await?;
    assert_eq!(read.media_type, MediaType::Jpeg);
    assert_eq!(i64::try_from(read.bytes.len()), Ok(file.size));
    let tells = |what: &[u8]| read.bytes.windows(what.len()).any(|it| it == what);
    assert!(!tells(b"Exif") && !tells(b"GPS"));
    let image = decode(&read.bytes);
    assert!(
        is_red(&image, 30, 2),
        "the upper left corner is now the upper right one"
    );
    assert!(!is_red(&image, 2, 2) && !is_red(&image, 30, 60));
    Ok(())
}

#[tokio::test]
async fn images_are_drawn_again_as_photo_or_as_drawing() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    let glass = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 200, 100]));
    for (bytes, media_type) in [
        (photo(ImageFormat::Jpeg, 8, 8), MediaType::Jpeg),
        (photo(ImageFormat::WebP, 8, 8), MediaType::Jpeg),
        (photo(ImageFormat::Png, 8, 8), MediaType::Png),
        (
            encoded(&glass.clone().into(), ImageFormat::WebP),
            MediaType::Png,
        ),
        (encoded(&glass.into(), ImageFormat::Png), MediaType::Png),
    ] {
        let file = stored(&ctx, FileKind::ProductImage, bytes, Encryption::Plain).await?;
        assert_eq!((file.media_type, file.pixels), (media_type, Some((8, 8))));
        decode(&get(&ctx, file.id).await?.bytes);
    }
    let wide = photo(ImageFormat::Png, 3_200, 100);
    let file = stored(&ctx, FileKind::ProductImage, wide, Encryption::Plain).await?;
    assert_eq!(file.pixels, Some((1_600, 50)), "made smaller");
    Ok(())
}

/// A PNG that says it is this large and holds nothing.
pub(crate) fn empty_png(width: u32, height: u32) -> Bytes {
    let mut bytes = photo(ImageFormat::Png, 1, 1).to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = bytes[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    });
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes.into()
}

#[tokio::test]
async fn what_is_not_taken() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    let refused = async |kind, bytes: Bytes| {
        let outcome = put(&ctx, kind, bytes, Encryption::Plain).await;
        outcome.map(|file| file.media_type)
    };
    let pdf = Bytes::from("%PDF-1.7\n%%EOF");
    let side = u32::try_from(MOST_PIXELS / 4_000).expect("short") + 1;
    let cut = photo(ImageFormat::Jpeg, 64, 64).slice(..100);
    for (bytes, reason) in [
        (Bytes::new(), "required"),
        ("<svg/>".into(), "unsupported_type"),
        (pdf.clone(), "unsupported_type"),
        (empty_png(4_000, side), "too_many_pixels"),
        (empty_png(u32::MAX >> 1, u32::MAX >> 1), "unreadable"),
        (empty_png(4_000, 4_000), "unreadable"),
        (cut, "unreadable"),
    ] {
        let outcome = refused(FileKind::ProductImage, bytes).await;
        assert_eq!(outcome, Err(Error::invalid("file", reason)));
    }
    let large = vec![0; LARGEST + 1].into();
    let outcome = refused(FileKind::ProductImage, large).await;
    assert_eq!(outcome.map_err(|error| error.kind), Err(Kind::TooLarge));
    assert_eq!(
        refused(FileKind::UserDocument, pdf).await,
        Ok(MediaType::Pdf)
    );
    Ok(())
}

#[tokio::test]
async fn a_sealed_file_opens_for_its_tenant_and_row_only() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    let pdf = Bytes::from("%PDF-1.7 RG 12.345.678-9 %%EOF");
    let file = stored(
        &ctx,
        FileKind::UserDocument,
        pdf.clone(),
        Encryption::Sealed,
    )
    .await?;
    let other = stored(
        &ctx,
        FileKind::UserDocument,
        pdf.clone(),
        Encryption::Sealed,
    )
    .await?;
    let store = &ctx.platform.files;
    let bytes = store.get(ctx.tenant.id, file.id).await?.expect("stored");
    assert!(
        !bytes.windows(2).any(|it| it == b"RG"),
        "not to be read there"
    );
    assert_eq!(get(&ctx, file.id).await?.bytes, pdf);
    assert_eq!(i64::try_from(pdf.len()), Ok(file.size));

    // Another file's bytes under this file's id do not open.
    let swapped = store.get(ctx.tenant.id, other.id).await?.expect("stored");
    store.remove(ctx.tenant.id, file.id).await?;
    store.put(ctx.tenant.id, file.id, swapped).await?;
    let opened = get(&ctx, file.id).await.map(|file| file.bytes);
    assert_eq!(opened.map_err(|error| error.kind), Err(Kind::Internal));

    // A new data key: the old files open with it afterwards.
    let mut tx = ctx.platform.master.begin().await?;
    let keyring = &ctx.platform.keyring;
    keyring.new_data_key(&mut tx, Some(ctx.tenant.id)).await?;
    tx.commit().await?;
    club.wait(time::Duration::minutes(6));
    assert_eq!((reseal(&ctx).await?, reseal(&ctx).await?), (2, 0));
    assert_eq!(get(&ctx, other.id).await?.bytes, pdf);
    Ok(())
}

#[tokio::test]
async fn bytes_that_nobody_refers_to_are_swept() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    let pdf = || Bytes::from("%PDF-1.7 %%EOF");
    let kept = stored(&ctx, FileKind::UserDocument, pdf(), Encryption::Plain).await?;
    let dropped = put(&ctx, FileKind::UserDocument, pdf(), Encryption::Plain).await?;
    let store = &ctx.platform.files;
    let written = store.list(ctx.tenant.id).await?;
    let youngest = written.iter().map(|file| file.written_at).max();
    // The test's clock stands still somewhere else than the store's.
    let a_day_on = youngest.expect("two files") + time::Duration::hours(25) - ctx.now();
    club.wait(a_day_on - time::Duration::hours(2));
    assert_eq!(sweep(&ctx).await?, 0, "an upload may still be under way");
    club.wait(time::Duration::hours(2));
    assert_eq!(sweep(&ctx).await?, 1);
    assert_eq!(store.get(ctx.tenant.id, dropped.id).await?, None);
    assert_eq!(get(&ctx, kept.id).await?.bytes, pdf());

    let mut tx = ctx.begin().await?;
    release(&mut tx, kept.id).await?;
    tx.commit().await?;
    remove(&ctx, kept.id).await;
    remove(
        &ctx,
        FileId(uuid::Builder::from_random_bytes(secrets::random()).into_uuid()),
    )
    .await;
    assert_eq!(store.list(ctx.tenant.id).await?, []);
    Ok(())
}

#[tokio::test]
async fn bytes_are_given_up_only_when_no_row_can_tell_of_them() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    for (error, stays) in [
        (Error::internal("the commit's answer was lost"), true),
        (Error::tenant_unavailable(), true),
        (Error::not_found("product"), false),
        (Error::invalid("file", "too_many"), false),
        (Error::conflict("tax_number_required", ""), false),
    ] {
        let picture = photo(ImageFormat::Png, 8, 8);
        let file = put(&ctx, FileKind::ProductImage, picture, Encryption::Plain).await?;
        give_up(&ctx, file.id, &error).await;
        let files = &ctx.platform.files;
        let left = files.get(ctx.tenant.id, file.id).await?;
        assert_eq!(left.is_some(), stays, "{error:?}");
    }
    Ok(())
}
