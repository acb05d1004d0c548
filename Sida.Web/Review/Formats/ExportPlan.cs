using Sida.Engine;

namespace Sida.Web.Review.Formats;

/// <summary>What an export would have, found out without writing it.</summary>
/// <param name="Format">Which files.</param>
/// <param name="Records">Pictures that it would have.</param>
/// <param name="Open">Items that are not accepted yet and so are no part of it.</param>
/// <param name="Parts">How they are divided.</param>
/// <param name="LeftOut">Accepted items that it can't have, the first of them, with the reason.</param>
/// <param name="LeftOutCount">How many these are.</param>
/// <param name="Warnings">What to know of items that it would have, the first of them.</param>
/// <param name="WarningCount">How many these are.</param>
/// <param name="Advice">What training would miss.</param>
public sealed record ExportPlan(
    ReviewFormat Format,
    int Records,
    int Open,
    IReadOnlyList<ExportPart> Parts,
    IReadOnlyList<ExportNote> LeftOut,
    int LeftOutCount,
    IReadOnlyList<ExportNote> Warnings,
    int WarningCount,
    IReadOnlyList<string> Advice);

/// <summary>Pictures of one verdict in one part.</summary>
/// <param name="Split">Which part.</param>
/// <param name="Verdict">Which verdict; null for none.</param>
/// <param name="Count">How many.</param>
public sealed record ExportPart(Split Split, Verdict? Verdict, int Count);

/// <summary>A remark on one item.</summary>
/// <param name="ItemId">Which item.</param>
/// <param name="Number">Its number.</param>
/// <param name="FileName">Its picture's name.</param>
/// <param name="Text">What there is to say: half a sentence about it.</param>
public sealed record ExportNote(Guid ItemId, int Number, string FileName, string Text);
