namespace Sida.Engine.Evaluation;

/// <summary>
/// One split of a folder in the SID_Set layout: <c>real/</c>, <c>full_synthetic/</c>, <c>tampered/</c> and <c>masks/STEM_mask.png</c>.
/// Unlike the official reader it takes every picture format, whatever the case of the extension, and says what it left out.
/// </summary>
public sealed class SidSet
{
    /// <summary>More pictures than any published set has; a folder with more is refused rather than read for hours.</summary>
    private const int MaxPictures = 2_000_000;

    private static readonly string[] Folders = ["real", "full_synthetic", "tampered"];
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".gif", ".bmp"];

    private SidSet(string folder, string split, IReadOnlyList<SidSample> samples, IReadOnlyList<string> leftOut)
    {
        Name = Path.GetFileName(folder);
        Split = split;
        Samples = samples;
        LeftOut = leftOut;
    }

    /// <summary>The folder's name, without its path.</summary>
    public string Name { get; }

    /// <summary>For instance <c>test</c>.</summary>
    public string Split { get; }

    /// <summary>The pictures by class, then by file name.</summary>
    public IReadOnlyList<SidSample> Samples { get; }

    /// <summary>Files that were not taken, with the reason, one line each.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Lists a split. No picture is opened.</summary>
    /// <param name="folder">The folder of the set.</param>
    /// <param name="split">The name of the folder inside.</param>
    /// <exception cref="RequestException">There is no such folder, or no picture in it.</exception>
    public static SidSet Read(string folder, string split)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string root = Path.Combine(folder, split);
        if (split.Length == 0 || Path.GetFileName(split) != split || !Directory.Exists(root))
        {
            throw new RequestException($"{folder}: there is no split \"{split}\". A data set has folders like train, validation and test.");
        }

        SidFacts facts = SidFacts.Read(Path.Combine(root, SidFacts.FileName));
        List<SidSample> samples = [];
        List<string> leftOut = [];
        foreach (Verdict label in Enum.GetValues<Verdict>())
        {
            string pictures = Path.Combine(root, Folders[(int)label]);
            if (!Directory.Exists(pictures))
            {
                leftOut.Add($"{split}/{Folders[(int)label]}: no such folder");
                continue;
            }

            foreach (string path in Directory.EnumerateFiles(pictures).Order(StringComparer.Ordinal))
            {
                Add(path, label, Path.Combine(root, "masks"), facts, samples, leftOut);
            }
        }

        return samples.Count > 0
            ? new SidSet(folder, split, samples, leftOut)
            : throw new RequestException($"{root}: no pictures in {string.Join(", ", Folders)}. The layout is that of SID_Set.");
    }

    private static void Add(string path, Verdict label, string masks, SidFacts facts, List<SidSample> samples, List<string> leftOut)
    {
        string name = $"{Folders[(int)label]}/{Path.GetFileName(path)}";
        string mask = Path.Combine(masks, Path.GetFileNameWithoutExtension(path) + "_mask.png");
        if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            leftOut.Add($"{name}: not a picture");
        }
        else if (label == Verdict.Tampered && !File.Exists(mask))
        {
            leftOut.Add($"{name}: it has no mask");
        }
        else if (samples.Count == MaxPictures)
        {
            throw new RequestException($"{Path.GetDirectoryName(path)}: more than {MaxPictures} pictures. Evaluate a part of the set.");
        }
        else
        {
            SidFact? fact = facts.Find(label, Path.GetFileName(path));
            samples.Add(new SidSample(path, label, label == Verdict.Tampered ? mask : null, fact?.Kind, fact?.Origin));
        }
    }
}
