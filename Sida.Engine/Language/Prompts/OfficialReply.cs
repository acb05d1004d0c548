using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;

namespace Sida.Engine.Language.Prompts;

/// <summary>
/// The text that the official program prints for a case (SIDA.py and SIDA_description.py, <c>evaluate</c>, then chat.py and
/// chat_description.py), even where it misleads: the canned reply for tampered pictures promises a mask although there may be none.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="mode">Canonical for SIDA.py, generated for SIDA_description.py.</param>
public sealed class OfficialReply(LlamaTokenizer tokenizer, ResponseMode mode)
{
    /// <summary>The sentence that SIDA.py returns in place of the generated text.</summary>
    public static string CannedSentence(Verdict verdict) => verdict switch
    {
        Verdict.Real => "[CLS] This image is classified as real. It shows no signs of tampering or synthesis.",
        Verdict.FullSynthetic => "[CLS] This image is classified as full synthetic. It appears entirely artificially generated.",
        _ => "[CLS] This image is classified as tampered. It has been altered. [SEG] A mask highlighting the tampered region is provided.",
    };

    /// <summary>The ids that the official model returns.</summary>
    /// <param name="promptTokens">The prompt, with <see cref="LlamaTokenizer.ImageToken"/> where the picture goes.</param>
    /// <param name="answerTokens">What was generated, the end token included.</param>
    /// <param name="verdict">The class, or null when neither prompt nor answer had a [CLS].</param>
    public IReadOnlyList<int> ReturnedTokens(IReadOnlyList<int> promptTokens, IReadOnlyList<int> answerTokens, Verdict? verdict) =>
        mode == ResponseMode.Canonical && verdict is Verdict known ? tokenizer.Encode(CannedSentence(known)) : [.. promptTokens, .. answerTokens];

    /// <summary>The printed text, without the label <c>text_output:</c>.</summary>
    /// <param name="promptTokens">The prompt, with <see cref="LlamaTokenizer.ImageToken"/> where the picture goes.</param>
    /// <param name="answerTokens">What was generated, the end token included.</param>
    /// <param name="verdict">The class, or null when neither prompt nor answer had a [CLS].</param>
    public string Text(IReadOnlyList<int> promptTokens, IReadOnlyList<int> answerTokens, Verdict? verdict)
    {
        IEnumerable<int> ids = ReturnedTokens(promptTokens, answerTokens, verdict).Where(id => id != LlamaTokenizer.ImageToken);
        string text = OfficialText.Join(tokenizer.Decode(ids));
        return mode == ResponseMode.Generated ? OfficialText.RemoveRepeatedTags(text) : text;
    }
}
