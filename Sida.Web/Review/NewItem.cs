using Sida.Engine.Analysis;

namespace Sida.Web.Review;

/// <summary>A picture that shall be reviewed.</summary>
/// <param name="Picture">The picture; its bytes must be in the picture store.</param>
/// <param name="Model">What a model says about it; null when none was asked.</param>
/// <param name="ModelName">The package that said so.</param>
/// <param name="ModelHash">The identity of that package.</param>
/// <param name="Probabilities">How the model divided its belief, for the order of the queue.</param>
/// <param name="Truth">The known answer of a honeypot; null for an ordinary item.</param>
/// <param name="Source">Where it came from: chat, upload, SID_Set ...</param>
/// <param name="SourceKey">Names it there; a second item with the same source and key is not added.</param>
public sealed record NewItem(
    PictureRef Picture,
    Annotation? Model = null,
    string? ModelName = null,
    string? ModelHash = null,
    ClassProbabilities? Probabilities = null,
    Annotation? Truth = null,
    string Source = "upload",
    string? SourceKey = null);
