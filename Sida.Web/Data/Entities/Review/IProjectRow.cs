namespace Sida.Web.Data.Entities.Review;

/// <summary>A row that belongs to a review project. Queries see only rows of the project that was opened for the caller.</summary>
internal interface IProjectRow
{
    Guid ProjectId { get; }
}
