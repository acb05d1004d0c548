using Sida.Engine;
using Sida.Engine.Language.Prompts;

namespace Sida.Web.Review.Explaining;

/// <summary>What can be said under which heading, with phrases to begin with.</summary>
public static class StatementKinds
{
    /// <summary>The tag of a tampered place, as the training data writes it.</summary>
    public const string Position = "tampered position";

    /// <summary>The tag of tampered things, as the training data writes it.</summary>
    public const string Objects = "types of objects or parts";

    private static readonly string[] Consistency = ["lighting", "edges", "resolution", "shadows", "material properties", "perspective"];

    private static readonly string[] Authenticity = ["natural imperfections", "environmental interaction", "temporal consistency", "cultural", "dynamic range"];

    /// <summary>Kinds of what gives a picture away: the training data's, and text, which its grammar allows as any tag.</summary>
    public static IReadOnlyList<(ExplanationSection Section, string Tag)> For(Verdict? verdict) => verdict == Verdict.Tampered
        ? [.. Consistency.Append("text").Select(tag => (ExplanationSection.VisualInconsistencies, tag))]
        : [.. Consistency.Select(tag => (ExplanationSection.Consistency, tag)), .. Authenticity.Select(tag => (ExplanationSection.Authenticity, tag))];

    /// <summary>What "Type" says for a verdict.</summary>
    public static string TypeOf(Verdict verdict) => verdict switch
    {
        Verdict.Real => "real",
        Verdict.FullSynthetic => "synthetic",
        _ => "part tampered",
    };

    /// <summary>The fields that a complete explanation of this verdict has at least.</summary>
    public static IReadOnlyList<Statement> Needed(Verdict verdict) => verdict == Verdict.Tampered
        ?
        [
            Statement.Of(ExplanationSection.Type, null, TypeOf(verdict)), Statement.Of(ExplanationSection.Areas, Position), Statement.Of(ExplanationSection.TamperedContent, Objects),
            Statement.Of(ExplanationSection.VisualInconsistencies, "lighting"), Statement.Of(ExplanationSection.VisualInconsistencies, "edges"),
        ]
        :
        [
            Statement.Of(ExplanationSection.Type, null, TypeOf(verdict)), Statement.Of(ExplanationSection.Consistency, "lighting"),
            Statement.Of(ExplanationSection.Authenticity, "natural imperfections"),
            Statement.Of(ExplanationSection.FinalAssessment, null, $"The given image is {TypeOf(verdict)} based on above analysis."),
        ];

    /// <summary>Phrases for a sentence of that kind.</summary>
    public static IReadOnlyList<string> Phrases(string? tag, Verdict? verdict) => (tag, verdict == Verdict.Real) switch
    {
        (Position, _) => ["In the middle of the picture.", "At the left edge of the picture.", "In the lower right corner of the picture.", "In the background, behind the main subject."],
        (Objects, _) => ["An object was added that was not part of the scene.", "An object was replaced by another one.", "A part of a person was altered.", "Something was removed and the place filled in."],
        ("lighting", false) => ["The light falls on it from another side than on the rest of the picture.", "It is brighter than everything around it.", "Its highlights don't fit the light sources of the scene."],
        ("edges", false) => ["Its outline is sharper than those around it.", "A bright rim runs along its outline.", "Its outline melts into the background where it should be sharp."],
        ("resolution", false) => ["It is smoother than the rest of the picture and lacks its grain.", "It is sharper than what is at the same distance."],
        ("shadows", false) => ["It casts no shadow.", "Its shadow points in another direction than the others."],
        ("perspective", false) => ["Its lines run to another vanishing point than those of the scene.", "Its size doesn't fit its distance."],
        ("material properties", false) => ["Its surface looks like plastic where it should be rough.", "Reflections in it don't show the surroundings."],
        ("text", _) => ["The letters are malformed and spell no words.", "The lettering doesn't follow the surface it is on."],
        ("natural imperfections", false) => ["Surfaces are flawless where wear, dust or pores would be expected."],
        ("lighting", true) => ["Light and highlights agree all over the picture."],
        ("edges", true) => ["Outlines are as sharp as their distance suggests, without rims."],
        ("resolution", true) => ["Grain and sharpness are the same all over the picture."],
        ("shadows", true) => ["All shadows fit the same light."],
        ("natural imperfections", true) => ["Small flaws and irregularities are everywhere, as in any photograph."],
        _ => [],
    };
}
