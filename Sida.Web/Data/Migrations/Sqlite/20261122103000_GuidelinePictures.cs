using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sida.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class GuidelinePictures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "GuidelinePictures",
                table: "ReviewProjects",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "GuidelinePictures",
                table: "ReviewProjects");
        }
    }
}
