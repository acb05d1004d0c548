using Sida.Engine;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;
using Sida.Web.Models;

namespace Sida.Web.Review.Explaining;

/// <summary>Counts a text's tokens with the vocabulary of an installed model; without one it estimates.</summary>
public sealed class TokenCounter
{
    /// <summary>English text has four characters a token and more; counted so that the estimate is rather too long.</summary>
    private const double CharactersPerToken = 3.5;

    /// <summary>The vocabulary in a model package (docs/architecture.md).</summary>
    private const string VocabularyFile = "tokenizer.model";

    private readonly Lazy<LlamaTokenizer?> _tokenizer;

    internal TokenCounter(ModelFolders folders) => _tokenizer = new Lazy<LlamaTokenizer?>(() => Find(folders));

    /// <summary>Whether no vocabulary is there to count with.</summary>
    public bool IsEstimate => _tokenizer.Value is null;

    /// <summary>How many tokens, and whether that is only an estimate.</summary>
    public (int Tokens, bool IsEstimate) Count(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tokenizer.Value is { } tokenizer && text.Length <= LlamaTokenizer.MaxTextLength
            ? (tokenizer.Encode(text).Length, false)
            : ((int)Math.Ceiling(text.Length / CharactersPerToken), true);
    }

    /// <summary>All SIDA models have LLaMA's vocabulary, so that any will do.</summary>
    private static LlamaTokenizer? Find(ModelFolders folders)
    {
        foreach (CatalogueEntry entry in folders.List())
        {
            string file = Path.Combine(entry.Folder, VocabularyFile);
            if (entry is not { Manifest: { } manifest, Problem: null } || !File.Exists(file))
            {
                continue;
            }

            try
            {
                return new LlamaTokenizer(File.ReadAllBytes(file), manifest.Tokenizer, file);
            }
            catch (CheckpointException)
            {
                // What is wrong with the package is said where it is used; here the next one does.
            }
        }

        return null;
    }
}
