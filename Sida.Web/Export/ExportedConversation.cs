using Sida.Web.Conversations;
using Sida.Web.Data.Entities;

namespace Sida.Web.Export;

/// <summary>A conversation that is about to be exported.</summary>
/// <param name="View">The shown branch.</param>
/// <param name="Questions">All branches, by time.</param>
internal sealed record ExportedConversation(ConversationView View, IReadOnlyList<Question> Questions)
{
    /// <summary>Each picture once.</summary>
    public IEnumerable<Picture> Pictures => Questions.Select(question => question.Picture!).DistinctBy(picture => picture.Sha256);

    /// <summary>All masks with what they belong to.</summary>
    public IEnumerable<(Analysis Analysis, Picture Picture, Mask Mask)> Masks =>
        from question in Questions
        from analysis in question.Analyses
        from mask in analysis.Masks
        select (analysis, question.Picture!, mask);
}
