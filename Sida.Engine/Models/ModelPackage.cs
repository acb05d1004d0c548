namespace Sida.Engine.Models;

/// <summary>A model package on disk whose files are present and unaltered.</summary>
public sealed class ModelPackage
{
    internal const string LanguageFile = "language.gguf";
    internal const string TokenizerFile = "tokenizer.model";
    internal const string VisionFile = "vision.onnx";
    internal const string DetectFile = "detect.onnx";
    internal const string FuseFile = "fuse.onnx";
    internal const string SamEncoderFile = "sam-encoder.onnx";
    internal const string SamDecoderFile = "sam-decoder.onnx";

    internal const int MaxPixels = 4096;

    private static readonly string[] RequiredFiles =
        [LanguageFile, TokenizerFile, VisionFile, DetectFile, FuseFile, SamEncoderFile, SamDecoderFile];

    private ModelPackage(string folder, ModelManifest manifest, string hash)
    {
        Folder = folder;
        Manifest = manifest;
        Hash = hash;
    }

    /// <summary>The package's folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>What the package says of itself.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>SHA-256 of <c>model.json</c>, which holds the hashes of all other files: the identity of the whole package.</summary>
    public string Hash { get; }

    /// <summary>Opens a package and verifies every file's size and SHA-256.</summary>
    /// <param name="folder">The package folder.</param>
    /// <param name="cancellation">Stops the hashing.</param>
    /// <exception cref="PackageException">A file is missing, altered or superfluous in the list, or the format version is another.</exception>
    public static async Task<ModelPackage> OpenAsync(string folder, CancellationToken cancellation = default)
    {
        ModelPackage package = await OpenUnverifiedAsync(folder, cancellation);
        await PackageVerification.VerifyAsync(package.Folder, package.Manifest.Files, cancellation);
        return package;
    }

    /// <summary>Opens a package whose files this process has just hashed itself.</summary>
    internal static async Task<ModelPackage> OpenUnverifiedAsync(string folder, CancellationToken cancellation)
    {
        folder = Path.GetFullPath(folder);
        if (!Directory.Exists(folder))
        {
            throw new PackageException($"{folder}: no such folder. Name a model package, as `sida import` writes it.");
        }

        string path = Path.Combine(folder, ModelManifest.FileName);
        ModelManifest manifest = ModelManifestJson.Read(path);
        CheckManifest(path, manifest);
        return new ModelPackage(folder, manifest, await FileHash.Sha256Async(path, cancellation));
    }

    /// <summary>Full path of one of the package's files.</summary>
    internal string FilePath(string name) => Path.Combine(Folder, name);

    private static void CheckManifest(string path, ModelManifest manifest)
    {
        foreach (PackageFile file in manifest.Files)
        {
            if (file is null || file.Name.Length == 0 || Path.GetFileName(file.Name) != file.Name || file.Name is "." or "..")
            {
                throw new PackageException($"{path}: files names \"{file?.Name}\", which is not a plain file name. Import the checkpoint again.");
            }
        }

        foreach (string required in RequiredFiles)
        {
            if (!manifest.Files.Any(file => file.Name == required))
            {
                throw new PackageException($"{path}: files lacks {required}. Import the checkpoint again.");
            }
        }

        if (manifest.ClassNames.Count != 3)
        {
            throw new PackageException($"{path}: classNames has {manifest.ClassNames.Count} names; the SIDA families have 3. Import the checkpoint again.");
        }

        ClipPixels clip = manifest.Preprocessing.Clip;
        SamPixels sam = manifest.Preprocessing.Sam;
        CheckPixels(path, "clip", clip.CropSize, clip.Mean, clip.Std);
        CheckPixels(path, "sam", sam.FrameSize, sam.Mean, sam.Std);
        if (clip.ShortestSide is < 14 or > MaxPixels || clip.RescaleFactor is not (> 0 and <= 1))
        {
            throw new PackageException($"{path}: preprocessing.clip needs a shortest side of 14..{MaxPixels} and a rescale factor in 0..1. Import the checkpoint again.");
        }
    }

    private static void CheckPixels(string path, string name, int size, IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        bool valid = size is >= 14 and <= MaxPixels && mean.Count == 3 && std.Count == 3
            && std.All(value => value > 0 && float.IsFinite(value)) && mean.All(float.IsFinite);
        if (!valid)
        {
            throw new PackageException($"{path}: preprocessing.{name} needs a size of 14..{MaxPixels} and three finite means and positive deviations. Import the checkpoint again.");
        }
    }
}
