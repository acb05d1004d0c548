namespace Sida.Web.Review.Api;

/// <summary>A project to be changed.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Revision">The project's revision that the change is based on.</param>
/// <param name="Guidelines">Markdown.</param>
/// <param name="Labels">The reasons that the editor offers.</param>
/// <param name="Settings">How it works.</param>
public sealed record ProjectChange(string Name, int Revision, string Guidelines = "", IReadOnlyList<string>? Labels = null, ProjectSettings? Settings = null);

/// <summary>What a member is to be.</summary>
/// <param name="Role">annotator, reviewer or manager.</param>
public sealed record MemberChange(ProjectRole Role);

/// <summary>What is to be added to a project.</summary>
/// <param name="AnalysisIds">Answers of the caller's, each with its picture and what the model said.</param>
/// <param name="PictureIds">Pictures of the caller's that no model was asked about.</param>
public sealed record ItemsRequest(IReadOnlyList<Guid>? AnalysisIds = null, IReadOnlyList<Guid>? PictureIds = null);

/// <summary>What was added.</summary>
/// <param name="ItemIds">The items, in the order of the request; where one was there before, that one.</param>
public sealed record AddedItems(IReadOnlyList<Guid> ItemIds);

/// <summary>Items to be given to somebody.</summary>
/// <param name="ItemIds">Which.</param>
/// <param name="Person">The member who gets them; absent to take them back.</param>
public sealed record AssignRequest(IReadOnlyList<Guid> ItemIds, Guid? Person = null);

/// <summary>The next item.</summary>
/// <param name="ItemId">Which; null when there is nothing to do.</param>
public sealed record NextAnswer(Guid? ItemId);

/// <summary>An annotation to be saved.</summary>
/// <param name="BasedOn">The number of the latest version that the caller knows; 0 for the model's annotation.</param>
/// <param name="Annotation">What it says.</param>
/// <param name="LineId">For reviewers: whose annotation, where there are several.</param>
public sealed record SaveRequest(int BasedOn, Annotation Annotation, Guid? LineId = null);

/// <summary>An annotation to be handed in or accepted.</summary>
/// <param name="BasedOn">The number of the latest version that the caller knows; 0 for the model's annotation.</param>
/// <param name="Annotation">What it says; absent for the latest version as it is.</param>
/// <param name="LineId">For reviewers: whose annotation, where there are several.</param>
public sealed record DecideRequest(int BasedOn, Annotation? Annotation = null, Guid? LineId = null);

/// <summary>An annotation to be sent back.</summary>
/// <param name="BasedOn">The number of the version that the reviewer has seen.</param>
/// <param name="Reason">What is to be done better.</param>
/// <param name="LineId">Whose annotation, where there are several.</param>
public sealed record ReturnRequest(int BasedOn, string Reason, Guid? LineId = null);

/// <summary>A version to be the latest again.</summary>
/// <param name="Number">Which.</param>
/// <param name="LineId">For reviewers: whose annotation, where there are several.</param>
public sealed record RestoreRequest(int Number, Guid? LineId = null);

/// <summary>A comment to be settled or opened again.</summary>
/// <param name="Resolved">Whether it is settled.</param>
public sealed record CommentChange(bool Resolved);
