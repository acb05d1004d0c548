using Sida.Engine.Models;

namespace Sida.Engine.Language.Tokenization;

/// <summary>The tokenizer inside a model package.</summary>
public static class PackageTokenizer
{
    /// <summary>Reads <c>tokenizer.model</c> and the manifest's settings of an opened package.</summary>
    /// <exception cref="CheckpointException">They don't make a tokenizer.</exception>
    public static LlamaTokenizer LoadTokenizer(this ModelPackage package)
    {
        string path = package.FilePath(ModelPackage.TokenizerFile);
        return new LlamaTokenizer(File.ReadAllBytes(path), package.Manifest.Tokenizer, path);
    }
}
