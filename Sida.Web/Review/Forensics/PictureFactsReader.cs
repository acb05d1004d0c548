using Sida.Engine.Imaging;

namespace Sida.Web.Review.Forensics;

/// <summary>From a file's bytes to what it says beside its pixels.</summary>
internal static class PictureFactsReader
{
    private const int MostEntries = 200;

    public static PictureFacts Read(PictureRef picture, ReadOnlyMemory<byte> file)
    {
        MetadataBlocks blocks = new();
        Cut(picture.Format, file, blocks);
        IReadOnlyList<MetadataExtractor.Directory> exif = blocks.Exif is { } tiff ? ExifFacts.Read(tiff, blocks) : [];
        FactGroup[] groups =
        [
            .. new FactGroup[]
            {
                new("EXIF", [.. ExifFacts.Describe(exif).Take(MostEntries)]),
                new("XMP", [.. XmpFacts.Read(blocks)]),
                new("IPTC", IptcFacts.Read(blocks)),
                new("Text", blocks.Texts),
            }.Where(group => group.Entries.Count > 0),
        ];
        return new PictureFacts
        {
            Sha256 = picture.Sha256,
            Format = picture.Format,
            Bytes = file.Length,
            Width = picture.Width,
            Height = picture.Height,
            Groups = groups,
            Generators = GeneratorTags.Find(groups),
            Place = ExifFacts.Place(exif),
            ContentCredentials = blocks.ContentCredentials,
            Jpeg = JpegQuantisation.Describe(blocks),
            IsCut = blocks.IsCut,
        };
    }

    private static void Cut(string format, ReadOnlyMemory<byte> file, MetadataBlocks blocks)
    {
        switch (Enum.TryParse(format, out ImageFormat known) ? known : (ImageFormat?)null)
        {
            case ImageFormat.Jpeg:
                JpegSegments.Read(file, blocks);
                break;
            case ImageFormat.Png:
                PngChunks.Read(file, blocks);
                break;
            case ImageFormat.WebP:
                ContainerBoxes.ReadWebP(file, blocks);
                break;
            case ImageFormat.Tiff:
                blocks.Exif = file;
                break;
            case ImageFormat.Avif or ImageFormat.Heic:
                ContainerBoxes.ReadBaseMedia(file, blocks);
                break;
        }
    }
}
