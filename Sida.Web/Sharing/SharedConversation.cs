using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Web.Data.Entities;
using Sida.Web.Work;

namespace Sida.Web.Sharing;

/// <summary>A conversation as it was when it was shared: the shown branch, without what only its owner should see.</summary>
/// <param name="Title">What it was called.</param>
/// <param name="SharedAt">When the snapshot was made.</param>
/// <param name="Turns">Questions with their shown answers.</param>
public sealed record SharedConversation(string Title, DateTimeOffset SharedAt, IReadOnlyList<SharedTurn> Turns);

/// <summary>A question and its shown answer.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Picture">About what.</param>
/// <param name="AnalysisId">The answer's id, which the server needs to find its masks; nobody can do anything with it.</param>
/// <param name="Model">Who answered.</param>
/// <param name="State">How it ended.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Probabilities">How sure.</param>
/// <param name="Text">The answer.</param>
/// <param name="Masks">Where the picture was tampered with; their addresses are of the share.</param>
/// <param name="Truncated">The answer was cut.</param>
/// <param name="Contradiction">The text names another class than the verdict.</param>
/// <param name="AnsweredAt">When.</param>
public sealed record SharedTurn(
    string Question,
    SharedPicture Picture,
    Guid AnalysisId,
    string Model,
    AnalysisState State,
    Verdict? Verdict,
    ClassProbabilities? Probabilities,
    string Text,
    IReadOnlyList<MaskView> Masks,
    bool Truncated,
    bool Contradiction,
    DateTimeOffset? AnsweredAt);

/// <summary>A picture of a share: never its file name, which may say more than its owner wants to tell.</summary>
/// <param name="Sha256">Of the file that was analysed.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Url">The copy without metadata.</param>
public sealed record SharedPicture(string Sha256, int Width, int Height, string Url);

/// <summary>A link as its owner sees it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="ConversationId">What it shows.</param>
/// <param name="Url">The link, without the server's name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops to work; never when null.</param>
public sealed record ShareView(Guid Id, Guid ConversationId, string Url, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
