using FsCheck;
using FsCheck.Fluent;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Web.Review;
using Sida.Web.Review.Formats;
using Sida.Web.Tests.Engine.Imaging;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>Records for property tests: every field there is, texts that break formats carelessly written.</summary>
internal static class SomeRecords
{
    private static readonly string[] Pieces =
    [
        "Type: {part tampered} ", "a, b; c", "\"quoted\"", "line\nbreak", "=1+1", "'tis", "-", "@x", "\ttab", "schön", "鷺", "🦩", "{}", "\\", "</a>", "  ", "a\r\nb", ",", "null",
    ];

    private static readonly Gen<string> Text = from pieces in Gen.Elements(Pieces).ListOf() select string.Concat(pieces.Take(12));

    /// <summary>Annotations of a picture, whatever they say.</summary>
    public static Gen<Annotation> Annotations(PictureRef picture) =>
        from verdict in Gen.Elements(Verdict.Real, Verdict.FullSynthetic, Verdict.Tampered)
        from certainty in Gen.Elements<Certainty?>(null, Certainty.Sure, Certainty.FairlySure, Certainty.Unsure)
        from reasons in Text.ListOf()
        from mask in SomeMasks.OfSize(picture.Width, picture.Height)
        from explanation in Text
        from sentence in Gen.Choose(0, 9)
        from region in SomeMasks.OfSize(picture.Width, picture.Height)
        from linked in Gen.Elements(true, false)
        select new Annotation
        {
            Verdict = verdict,
            Certainty = certainty,
            Reasons = [.. reasons.Take(10)],
            Mask = verdict == Verdict.Tampered && mask.ForegroundPixels > 0 ? MaskCode.Of(mask) : null,
            Explanation = explanation,
            Links = linked ? [new SentenceLink(sentence, MaskCode.Of(region))] : [],
        };

    /// <summary>Records of one picture.</summary>
    public static Gen<ReviewRecord> All(PictureRef picture) =>
        from annotation in Annotations(picture)
        from model in Annotations(picture)
        from name in Gen.Elements("heron.png", "a b.c.png", "схема.jpg", "=x.png", "'.png", "...")
        from number in Gen.Choose(1, 999_999)
        from known in Gen.Elements(true, false)
        select new ReviewRecord(
            picture with { FileName = name },
            annotation,
            new Provenance
            {
                Origin = known ? picture.Sha256 : $"photo {number % 7}",
                Project = "Herons",
                ItemId = Guid.CreateVersion7(),
                Number = number,
                Annotator = "Ännä \"A\"",
                Version = number % 9,
                AcceptedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
                Source = "test",
                SourceKey = known ? null : "k#1",
                Model = known ? model : null,
                ModelName = known ? "alpha" : null,
                ModelHash = known ? new string('a', 64) : null,
                Probabilities = known ? new ClassProbabilities(0.25f, 0.5f, 0.25f) : null,
            });
}
