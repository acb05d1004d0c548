using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Review.Editing;
using Sida.Web.Work;

namespace Sida.Web.Review.Queue;

/// <summary>A model's answer in the chat as the beginning of an item.</summary>
internal static class FromChat
{
    private static readonly string[] Tokens = ["[CLS]", "[SEG]", "[END]", "</s>", "<s>", "<unk>", "<im_start>", "<im_end>", "<image>", "ASSISTANT:", "USER:"];

    public static NewItem Item(Analysis analysis)
    {
        AnalysisDocument? document = analysis.Document is null ? null : WebJson.Read<AnalysisDocument>(analysis.Document);
        ClassProbabilities? probabilities = analysis is { ProbabilityReal: { } real, ProbabilityFullSynthetic: { } synthetic, ProbabilityTampered: { } tampered }
            ? new ClassProbabilities(real, synthetic, tampered)
            : null;
        Annotation said = new() { Verdict = analysis.Verdict, Mask = Union(analysis.Masks), Explanation = WithoutTokens(analysis.Text) };
        return new NewItem(Reference(analysis.Picture!), said, analysis.Model, document?.Model.PackageSha256, probabilities, Source: "chat", SourceKey: analysis.Id.ToString());
    }

    public static PictureRef Reference(Picture picture) => new(picture.Sha256, picture.FileName, picture.Format, picture.Width, picture.Height);

    /// <summary>A model's text as an expert begins with it: what it writes for itself is left out, and what no annotation may be longer than.</summary>
    public static string WithoutTokens(string text)
    {
        string clean = StoredText.Clean(text);
        foreach (string token in Tokens)
        {
            clean = clean.Replace(token, " ", StringComparison.OrdinalIgnoreCase);
        }

        clean = clean.Trim();
        if (clean.Length <= AnnotationRules.MaxExplanationLength)
        {
            return clean;
        }

        bool splits = char.IsHighSurrogate(clean[AnnotationRules.MaxExplanationLength - 1]);
        return clean[..(AnnotationRules.MaxExplanationLength - (splits ? 1 : 0))].Trim();
    }

    /// <summary>One mask of all regions that the model marked.</summary>
    private static MaskCode? Union(List<Mask> masks)
    {
        if (masks.Count <= 1)
        {
            return masks.Count == 0 ? null : new MaskCode(masks[0].Width, masks[0].Height, masks[0].Rle);
        }

        byte[] all = new byte[masks[0].Width * masks[0].Height];
        foreach (Mask mask in masks)
        {
            byte[] one = RunLengthCode.Parse(mask.Width, mask.Height, mask.Rle).Decode().Values;
            for (int i = 0; i < all.Length; i++)
            {
                all[i] |= one[i];
            }
        }

        return MaskCode.Of(new BinaryMask(masks[0].Width, masks[0].Height, all));
    }
}
