using System.Text;
using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Data;

namespace Sida.Web.Review.Editing;

/// <summary>What an annotation may be, and what it needs before it can be handed in. Everything in it may come from a stranger.</summary>
internal static class AnnotationRules
{
    public const int MaxReasons = 10;
    public const int MaxReasonLength = 200;
    public const int MaxExplanationLength = 8000;
    public const int MaxLinks = 64;

    /// <summary>Characters of all mask codes together: the code of a mask of noise in a large picture.</summary>
    public const int MaxCodeLength = 6 << 20;

    /// <summary>Special tokens of the models: in a training text they would end the answer or begin another one.</summary>
    private static readonly string[] Tokens = ["[CLS]", "[SEG]", "[END]", "</s>", "<s>", "<unk>", "<image>", "<im_start>", "<im_end>", " ASSISTANT:", " USER:"];

    /// <summary>Tidies an annotation and refuses what can't be kept.</summary>
    /// <exception cref="RequestException">It is not one that can be kept; the message says which field.</exception>
    /// <exception cref="Access.LimitException">The masks are too large.</exception>
    public static Annotation Check(Annotation? annotation, PictureRef picture)
    {
        if (annotation is null)
        {
            throw new RequestException("annotation: say what it says; send {} for nothing yet.");
        }

        if (annotation.Verdict is { } verdict && !Enum.IsDefined(verdict))
        {
            throw new RequestException("verdict: choose real, fullSynthetic or tampered.");
        }

        if (annotation.Certainty is { } certainty && !Enum.IsDefined(certainty))
        {
            throw new RequestException("certainty: choose sure, fairlySure or unsure.");
        }

        long code = (annotation.Mask?.Rle?.Length ?? 0) + (annotation.Links ?? []).Sum(link => (long)(link?.Region?.Rle?.Length ?? 0));
        if (code > MaxCodeLength)
        {
            throw new Access.LimitException($"The masks take {code} characters; {MaxCodeLength} are allowed. Smooth the mask.", isSize: true);
        }

        return annotation with
        {
            Reasons = CheckReasons(annotation.Reasons ?? []),
            Mask = CheckMask(annotation.Mask, picture, "mask"),
            Explanation = CheckExplanation(annotation.Explanation ?? ""),
            Links = CheckLinks(annotation.Links ?? [], picture),
        };
    }

    /// <summary>Refuses what is not complete.</summary>
    /// <exception cref="RequestException">Something is missing or contradicts itself; the message says what to do.</exception>
    public static void CheckComplete(Annotation annotation)
    {
        if (annotation.Verdict is not { } verdict)
        {
            throw new RequestException("Choose a verdict before you hand it in.");
        }

        if (verdict == Verdict.Tampered && annotation.Mask is null)
        {
            throw new RequestException("A tampered picture needs a mask: mark what was altered, or choose another verdict.");
        }

        if (verdict != Verdict.Tampered && annotation.Mask is not null)
        {
            throw new RequestException("Only a tampered picture has a mask: clear the mask, or choose the verdict Tampered.");
        }
    }

    private static List<string> CheckReasons(IReadOnlyList<string> reasons)
    {
        List<string> tidy = [.. reasons.Select(reason => string.Join(' ', StoredText.Check(reason ?? "", "A reason").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .Where(reason => reason.Length > 0).Distinct(StringComparer.Ordinal)];
        if (tidy.Count > MaxReasons || tidy.Any(reason => reason.Length > MaxReasonLength))
        {
            throw new RequestException($"reasons: at most {MaxReasons} of at most {MaxReasonLength} characters each.");
        }

        return tidy;
    }

    private static string CheckExplanation(string text)
    {
        text = StoredText.Check(text, "The explanation").Normalize(NormalizationForm.FormC).Trim();
        if (text.Length > MaxExplanationLength)
        {
            throw new RequestException($"The explanation has {text.Length} characters; {MaxExplanationLength} are allowed. Shorten it.");
        }

        return Array.Find(Tokens, token => text.Contains(token, StringComparison.OrdinalIgnoreCase)) is { } found
            ? throw new RequestException($"The explanation has \"{found.Trim()}\", a sign that models use for themselves. Remove it.")
            : text;
    }

    /// <summary>A mask in which nothing is marked is no mask.</summary>
    private static MaskCode? CheckMask(MaskCode? mask, PictureRef picture, string field)
    {
        if (mask is null)
        {
            return null;
        }

        if (mask.Width != picture.Width || mask.Height != picture.Height)
        {
            throw new RequestException($"{field}: its size is {mask.Width} x {mask.Height}, the picture's is {picture.Width} x {picture.Height}. Send it in the picture's size.");
        }

        RunLengthCode runs = (mask.Rle is null ? throw new RequestException($"{field}: rle is missing.") : mask).ToRuns();
        // Written anew, so that equal masks have equal codes.
        return MaskMeeting.Marked(runs) == 0 ? null : mask with { Rle = runs.ToString() };
    }

    private static List<SentenceLink> CheckLinks(IReadOnlyList<SentenceLink> links, PictureRef picture)
    {
        if (links.Count > MaxLinks)
        {
            throw new RequestException($"links: at most {MaxLinks}.");
        }

        List<SentenceLink> kept = [];
        foreach (SentenceLink link in links)
        {
            if (link is null || link.Sentence is < 0 or >= MaxExplanationLength)
            {
                throw new RequestException("links: sentence is the number of a sentence, from 0.");
            }

            if (CheckMask(link.Region, picture, "links") is { } region)
            {
                kept.Add(new SentenceLink(link.Sentence, region));
            }
        }

        return kept;
    }
}
