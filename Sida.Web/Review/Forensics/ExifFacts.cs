using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.Tiff;
using MetadataExtractor.IO;

namespace Sida.Web.Review.Forensics;

/// <summary>EXIF in words, by MetadataExtractor, which is kept from everything that a hostile file could make large.</summary>
internal static class ExifFacts
{
    /// <summary>Reads a TIFF structure: EXIF, or a whole TIFF file.</summary>
    public static IReadOnlyList<MetadataExtractor.Directory> Read(ReadOnlyMemory<byte> tiff, MetadataBlocks blocks)
    {
        List<MetadataExtractor.Directory> directories = [];
        try
        {
            TiffReader.ProcessTiff(new ByteArrayReader(tiff.ToArray()), new BoundedHandler(directories, blocks));
        }
        catch (Exception error) when (error is TiffProcessingException or IOException or MetadataException or ArgumentException or OverflowException or InvalidCastException or IndexOutOfRangeException)
        {
            // Damaged or forged; what was read before is shown.
            blocks.IsCut = true;
        }

        return directories;
    }

    /// <summary>The entries, named and put in words; thumbnails and unnamed numbers left out.</summary>
    public static IEnumerable<Fact> Describe(IEnumerable<MetadataExtractor.Directory> directories) =>
        from directory in directories
        where directory is not ExifThumbnailDirectory and not GpsDirectory and not ErrorDirectory
        from tag in directory.Tags
        where tag.HasName && Describe(tag) is { Length: > 0 }
        select new Fact(tag.Name, Describe(tag)!);

    /// <summary>Where the picture was taken, by its GPS entries.</summary>
    public static PicturePlace? Place(IEnumerable<MetadataExtractor.Directory> directories) =>
        directories.OfType<GpsDirectory>().FirstOrDefault()?.GetGeoLocation() is { IsZero: false } place
        && double.IsFinite(place.Latitude) && double.IsFinite(place.Longitude) && Math.Abs(place.Latitude) <= 90 && Math.Abs(place.Longitude) <= 180
            ? new PicturePlace(place.Latitude, place.Longitude)
            : null;

    private static string? Describe(Tag tag) => tag.Description is { } text ? MetadataBlocks.Readable(text, 500) : null;

    /// <summary>
    /// Counts before anything is read. In TIFF's structure any number of entries may point at the same megabytes, and any number of directories
    /// at the same entries. Makers' notes are structures of their own that nobody documented; they are left out.
    /// </summary>
    private sealed class BoundedHandler(List<MetadataExtractor.Directory> directories, MetadataBlocks blocks) : ExifTiffHandler(directories)
    {
        private const int MostDirectories = 16;
        private const int MostTags = 1000;
        private const int MostTagBytes = 16 << 10;

        private static readonly HashSet<int> LeftOut = [ExifDirectoryBase.TagMakernote, PrintImageMatching, 0x8649, 0x8773, 0x014A];

        private int _directories;
        private int _tags;

        private const int PrintImageMatching = 0xC4A5;
        private const int ContentCredentials = 0xCD41;
        private const int XmpPacket = 0x02BC;
        private const int IptcRecords = 0x83BB;

        public override bool HasFollowerIfd() => base.HasFollowerIfd() && _directories++ < MostDirectories;

        public override bool TryEnterSubIfd(int tagType) => !LeftOut.Contains(tagType) && _directories++ < MostDirectories && base.TryEnterSubIfd(tagType);

        public override bool CustomProcessTag(int tagOffset, ICollection<int> processedIfdOffsets, IndexedReader reader, int tagId, int byteCount)
        {
            if (tagId == ContentCredentials)
            {
                blocks.ContentCredentials ??= "TIFF, tag 0xCD41";
                return true;
            }

            if (tagId is XmpPacket or IptcRecords && byteCount <= MetadataBlocks.MostBlockBytes)
            {
                Keep(tagId, reader.GetBytes(tagOffset, byteCount));
                return true;
            }

            if (LeftOut.Contains(tagId))
            {
                return true;
            }

            if (byteCount > MostTagBytes || _tags++ >= MostTags)
            {
                blocks.IsCut = true;
                return true;
            }

            return base.CustomProcessTag(tagOffset, processedIfdOffsets, reader, tagId, byteCount);
        }

        private void Keep(int tag, byte[] bytes)
        {
            if (tag == XmpPacket)
            {
                blocks.AddXmp(bytes);
            }
            else
            {
                blocks.Iptc ??= bytes;
            }
        }
    }
}
