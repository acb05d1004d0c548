namespace Sida.Web.Review.Forensics;

/// <summary>
/// The parts of a file that are not pixels, cut out and counted before anything looks into them. A file of any length gives a bounded
/// amount: what is beyond it is left and said so.
/// </summary>
internal sealed class MetadataBlocks
{
    /// <summary>Texts of one picture; programs write one or two.</summary>
    public const int MostTexts = 50;

    /// <summary>Bytes of one block after decompression.</summary>
    public const int MostBlockBytes = 1 << 20;

    /// <summary>Characters of one text that are kept.</summary>
    public const int MostText = 4000;

    private const int MostXmp = 4;

    /// <summary>A TIFF structure, as EXIF is.</summary>
    public ReadOnlyMemory<byte>? Exif { get; set; }

    /// <summary>XMP packets.</summary>
    public List<ReadOnlyMemory<byte>> Xmp { get; } = [];

    /// <summary>IPTC records.</summary>
    public ReadOnlyMemory<byte>? Iptc { get; set; }

    /// <summary>Comments and named texts.</summary>
    public List<Fact> Texts { get; } = [];

    /// <summary>Where C2PA content credentials are; null when there are none.</summary>
    public string? ContentCredentials { get; set; }

    /// <summary>Quantisation tables, zigzag order, in the order of the file.</summary>
    public List<int[]> Quantisation { get; } = [];

    /// <summary>Whether a JPEG is progressive.</summary>
    public bool IsProgressive { get; set; }

    /// <summary>Whether something was left out or can't be read.</summary>
    public bool IsCut { get; set; }

    public void AddText(string name, string text)
    {
        if (Texts.Count == MostTexts)
        {
            IsCut = true;
            return;
        }

        IsCut |= text.Length > MostText;
        Texts.Add(new Fact(Readable(name, 80), Readable(text, MostText)));
    }

    public void AddXmp(ReadOnlyMemory<byte> packet)
    {
        if (packet.Length > MostBlockBytes || Xmp.Count == MostXmp)
        {
            IsCut = true;
            return;
        }

        Xmp.Add(packet);
    }

    /// <summary>Text without control characters, at most so long.</summary>
    public static string Readable(string text, int most)
    {
        string cut = text.Length > most ? text[..most] + "…" : text;
        return string.Concat(cut.Select(c => c is '\n' or '\t' || !char.IsControl(c) ? c : ' ')).Trim();
    }
}
