using MetadataExtractor;
using MetadataExtractor.Formats.Iptc;
using MetadataExtractor.IO;

namespace Sida.Web.Review.Forensics;

/// <summary>IPTC records (caption, credit, keywords) by MetadataExtractor. They come from blocks that were bounded before.</summary>
internal static class IptcFacts
{
    private const int MostEntries = 100;

    public static IReadOnlyList<Fact> Read(MetadataBlocks blocks)
    {
        if (blocks.Iptc is not { } records)
        {
            return [];
        }

        try
        {
            IptcDirectory directory = new IptcReader().Extract(new SequentialByteArrayReader(records.ToArray()), records.Length);
            blocks.IsCut |= directory.TagCount > MostEntries || directory.HasError;
            return [.. directory.Tags.Take(MostEntries)
                .Where(tag => tag.HasName && !string.IsNullOrWhiteSpace(tag.Description))
                .Select(tag => new Fact(tag.Name, MetadataBlocks.Readable(tag.Description!, 500)))];
        }
        catch (Exception error) when (error is IOException or MetadataException or ArgumentException)
        {
            blocks.IsCut = true;
            return [];
        }
    }
}
